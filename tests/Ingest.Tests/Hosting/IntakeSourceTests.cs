using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Payloads;
using Millwright.Ingest.Tests.Log;
using Millwright.Plant;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Hosting;

/// <summary>Whose a message is, as the log has it.</summary>
public sealed class IntakeSourceTests
{
    private const string Plain = """{"values":{"m":1}}""";
    private const string Named = """{"values":{"m":1},"source":"gw-7"}""";

    [Theory]
    [InlineData("c1", false, false, Plain, "mqtt")]
    [InlineData("c1", false, true, Plain, "c1")]
    [InlineData("", false, true, Plain, "mqtt")]
    [InlineData("c1", true, true, Plain, "broker")]
    [InlineData("c1", false, true, Named, "gw-7")]
    public void Mqtt(string client, bool isBroker, bool perClient, string payload, string expected)
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        var source = new MqttSource(1, client, null, MqttVersion.V5, "test") { IsBroker = isBroker };
        var topic = new InboundTopic(Encoding.UTF8.GetBytes("telemetry/acme/a"));

        Intake(log, perClient).Publish(new InboundPublish(source, topic, Encoding.UTF8.GetBytes(payload), []) { Qos = 1 });

        Assert.Equal(expected, SourceOf(log));
    }

    [Theory]
    [InlineData("http:10.0.0.7", Plain, "http")]
    [InlineData("http:10.0.0.7", Named, "gw-7")]
    [InlineData("http", Plain, "http")]
    [InlineData("api:10.0.0.7", Plain, "")]
    public async Task OtherListeners(string from, string payload, string expected)
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());

        Task accepted = Intake(log, perClient: false)
            .AcceptAsync("telemetry/acme/a", Encoding.UTF8.GetBytes(payload), from, CancellationToken.None).AsTask();

        Assert.Equal(expected, SourceOf(log));
        await accepted;
    }

    private static TelemetryIntake Intake(TelemetryLog log, bool perClient)
    {
        ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<IntakeInstruments>().BuildServiceProvider();
        return new TelemetryIntake(
            new PayloadDecoder(PlantModel.Empty), log, services.GetRequiredService<IntakeInstruments>(), new ManualTimeProvider())
        {
            SourcePerClient = perClient,
        };
    }

    private static string SourceOf(TelemetryLog log)
    {
        log.Pump();
        using LogReader reader = log.OpenReader(0);
        Assert.True(reader.TryRead(out LogRecord record));
        return new RecordReader(record, new NameCache()).Source;
    }
}
