using System.Text;
using System.Text.Json;
using Millwright.Core.Peers;
using Millwright.Core.Twins;
using Millwright.Ingest.Payloads;
using Millwright.Silo.Api;
using Millwright.Silo.Api.Peers;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Telemetry;

namespace Millwright.Silo.Tests.Api;

/// <summary>Where there is nobody to compare with, the answer says so; the whole path is in Spine.Tests.</summary>
public sealed class PeersApiTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync()
    {
        host = await ApiHost.StartAsync();
        foreach (string asset in new[] { Examples.Pump, Examples.Stranger })
        {
            host.Grains.Twins[asset] = Examples.Twin(asset, 1, Examples.T0, Examples.Metric("vibration", 1, Examples.T0));
            host.Index.Apply(host.Grains.Twins[asset]);
        }
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(Examples.Pump, "peers.none", "pump")]
    [InlineData(Examples.Stranger, "peers.untyped", "")]
    public async Task Comparison_SaysWhyThereIsNone(string asset, string reason, string type)
    {
        JsonElement report = await host.GetAsync($"/api/v1/things/{asset}/peers");

        Assert.Equal((reason, type), (report.GetProperty("reason").GetString(), report.GetProperty("type").GetString()));
        Assert.Empty(report.GetProperty("metrics").EnumerateArray());
        Assert.Equal(Examples.T0.AddTicks(1), report.GetProperty("to").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData(Examples.Pump, "{}", "peers.none")]
    [InlineData(Examples.Stranger, "{}", "peers.untyped")]
    [InlineData(Examples.Pump, "{\"peers\":[\"" + Examples.Press + "\"]}", "peers.samples")]
    public async Task Prior_IsRefused_AndNothingIsWritten(string asset, string body, string code)
    {
        (int status, JsonElement problem) = await host.SendAsync(HttpMethod.Post, $"/api/v1/things/{asset}/baselines/prior", body);

        Assert.Equal((409, code), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(host.Stores.Published);
    }

    [Fact]
    public void Payload_IsReadByTheDecoder_AsOneSamplePerState_TickByTick()
    {
        PriorFigures running = new()
        {
            State = "running", Peers = 3, Samples = 99, Metrics = [new PriorMetric("vibration", "mm/s", 4, 0.5, 0.25)],
        };
        string idle = PriorText.Write(running with { State = "idle" });
        byte[] payload = BaselinesApi.PayloadOf(
            BaselinePrior.Metric, [(Examples.T0.AddTicks(8), PriorText.Write(running)), (Examples.T0.AddTicks(9), idle)]);

        var sink = new RecordSink(Examples.T0);
        new PayloadDecoder(Examples.Model).Decode(Encoding.UTF8.GetBytes("telemetry/acme.lyon/pump-01"), payload, "client", Examples.T0, sink);
        TelemetrySample[] samples = [.. sink.Records.SelectMany(r => r.Samples)];

        Assert.Equal([Examples.T0.AddTicks(8), Examples.T0.AddTicks(9)], samples.Select(s => s.EventTime));
        Assert.All(samples, s => Assert.Equal(BaselinePrior.Metric, s.Metric));
        Assert.Equal(["running", "idle"], samples.Select(s => PriorText.TryRead(s.Text, out PriorFigures? read, out _) ? read.State : ""));
    }
}
