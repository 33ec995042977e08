using System.Globalization;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>Other people's MQTT software on one side, a twin over HTTP on the other.</summary>
public sealed class MqttTests(MqttTests.RunningSilo running, ITestOutputHelper output) : IClassFixture<MqttTests.RunningSilo>
{
    private const string Asset = "acme.lyon:pump-01";
    private const string Topic = "telemetry/acme.lyon/pump-01";

    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    // On a machine that is busy with other tests the scheduler alone may take the second, so the promise may be kept at a later try.
    private const int Tries = 4;

    private SiloProcess Silo => running.Silo;

    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv311", 1)]
    [InlineData("mqttv311", 2)]
    [InlineData("mqttv5", 0)]
    [InlineData("mqttv5", 1)]
    [InlineData("mqttv5", 2)]
    public Task MosquittoPub_ReachesTheTwinWithinASecond(string version, int qos) =>
        WithinASecondAsync(Silo, $"{version} QoS {qos}", $"direct-{version}-{qos}", (topic, payload) =>
            Mosquitto.PublishAsync(Silo.MqttPort, version, qos, topic, payload));

    [Fact]
    public async Task MosquittoBridge_ReachesTheTwinWithinASecond()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(
            $"connection up\naddress 127.0.0.1:{Silo.MqttPort}\ntopic telemetry/# out 1\n"
            + "bridge_protocol_version mqttv311\nnotifications false\nrestart_timeout 1\ncleansession false");

        await WithinASecondAsync(Silo, "bridge", "bridged", (topic, payload) =>
            Mosquitto.PublishAsync(broker.Port, "mqttv311", 1, topic, payload));
    }

    [Fact]
    public async Task SiloSubscribedToMosquitto_HasTheValueWithinASecond()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await using SiloProcess silo = await SiloProcess.StartAsync(
            null, $"--Broker:Address=mqtt://127.0.0.1:{broker.Port}", "--Broker:Filters:0=telemetry/#");

        await WithinASecondAsync(silo, "subscribed", "subscribed", (topic, payload) =>
            Mosquitto.PublishAsync(broker.Port, "mqttv5", 1, topic, payload));
        Assert.Equal(0, await silo.StopAsync());
    }

    [Fact]
    public async Task Alert_ComesOutOverMqtt_AsTheCloudEventOfTheApi()
    {
        await using MosquittoSubscriber subscriber = Mosquitto.Subscribe(Silo.MqttPort, "millwright/alerts/#");
        await subscriber.Subscribed;

        await Mosquitto.PublishAsync(
            Silo.MqttPort, "mqttv5", 1, "telemetry/acme.lyon/press-1", """{"values":{"pressure":150,"power":5}}""");
        (string topic, string payload) = await subscriber.NextAsync();

        JsonElement alert = JsonSerializer.Deserialize<JsonElement>(payload);
        JsonElement listed = Assert.Single(await Silo.ListAsync("/api/v1/alerts?asset=acme.lyon:press-1"));
        Assert.Equal("millwright/alerts/acme.lyon:press-1", topic);
        Assert.Equal("io.millwright.alert.raised", alert.GetProperty("type").GetString());
        Assert.Equal("PressureHigh", alert.GetProperty("data").GetProperty("alertname").GetString());
        Assert.Equal(listed.GetRawText(), alert.GetRawText());
    }

    [Fact]
    public async Task Twin_IsRetainedOverMqtt_InItsNewestState()
    {
        for (int i = 1; i <= 5; i++)
        {
            await Mosquitto.PublishAsync(
                Silo.MqttPort, "mqttv5", 1, "telemetry/acme.lyon/press-2", $$$"""{"values":{"pressure":{{{i}}}}}""");
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                await using MosquittoSubscriber subscriber = Mosquitto.Subscribe(Silo.MqttPort, "millwright/twins/+");
                await subscriber.Subscribed;
                (string topic, string payload) = await subscriber.NextAsync();
                while (topic != "millwright/twins/acme.lyon:press-2")
                {
                    (topic, payload) = await subscriber.NextAsync();
                }

                JsonElement twin = JsonSerializer.Deserialize<JsonElement>(payload);
                return twin.GetProperty("features").GetProperty("pressure").GetProperty("properties").GetProperty("value").GetDouble() == 5;
            },
            TimeSpan.FromSeconds(10),
            "the retained twin has the newest value");
    }

    private async Task WithinASecondAsync(SiloProcess silo, string what, string metric, Func<string, string, Task> publishAsync)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int value = 1; value <= Tries && best >= Promise; value++)
        {
            await publishAsync(Topic, string.Create(CultureInfo.InvariantCulture, $$$"""{"values":{"{{{metric}}}":{{{value}}}}}"""));
            long published = TimeProvider.System.GetTimestamp();
            await Eventually.HoldsAsync(
                async () => await silo.ValueAsync(Asset, metric) == value,
                TimeSpan.FromSeconds(15),
                $"{what}: the twin has {value}",
                () => silo.Log);
            TimeSpan took = TimeProvider.System.GetElapsedTime(published);
            output.WriteLine($"{what}: visible after {took.TotalMilliseconds:F0} ms");
            best = took < best ? took : best;
        }

        Assert.True(best < Promise, $"{what}: at best after {best.TotalMilliseconds:F0} ms");
    }

    public sealed class RunningSilo : IAsyncLifetime
    {
        internal SiloProcess Silo { get; private set; } = null!;

        public async Task InitializeAsync() => Silo = await SiloProcess.StartAsync(Repository.TestPlant("lyon"));

        public async Task DisposeAsync() => await Silo.DisposeAsync();
    }
}
