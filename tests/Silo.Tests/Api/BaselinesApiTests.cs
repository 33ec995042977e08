using System.Text;
using System.Text.Json;
using Millwright.Core.Twins;
using Millwright.Grains.Maintenance;
using Millwright.Ingest.Payloads;
using Millwright.Maintenance;
using Millwright.Silo.Api;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Telemetry;

namespace Millwright.Silo.Tests.Api;

/// <summary>Resets go the way of all telemetry; what is published is read by the real decoder.</summary>
public sealed class BaselinesApiTests : IAsyncLifetime
{
    private const string Path = "/api/v1/things/" + Examples.Pump + "/baselines/reset";

    private ApiHost host = null!;

    public async Task InitializeAsync()
    {
        host = await ApiHost.StartAsync();
        host.Grains.Twins[Examples.Pump] = Examples.Twin(
            Examples.Pump,
            1,
            Examples.T0.AddSeconds(90),
            Examples.Metric("vibration", 1, Examples.T0.AddSeconds(60).AddTicks(7)),
            Examples.Metric("current", 1, Examples.T0));
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("""{"reason":"new bearing"}""", "new bearing", "")]
    [InlineData("""{"reason":"new bearing","metrics":["vibration","current"]}""", "new bearing\nvibration\ncurrent", "vibration current")]
    public async Task Reset_IsASampleJustAfterTheNewest_ThatTheDecoderReads(string body, string text, string metrics)
    {
        (int status, JsonElement receipt) = await host.SendAsync(HttpMethod.Post, Path, body);

        Assert.Equal((202, 17), (status, receipt.GetProperty("position").GetInt32()));
        TelemetrySample sample = Decoded();
        Assert.Equal((BaselineReset.Metric, text), (sample.Metric, sample.Text));
        Assert.Equal(Examples.T0.AddSeconds(60).AddTicks(8), sample.EventTime);
        Assert.Equal(sample.EventTime, receipt.GetProperty("eventTime").GetDateTimeOffset());
        Assert.Equal(metrics, string.Join(' ', BaselineReset.MetricsOf(sample.Text!)));
    }

    [Fact]
    public async Task Resets_HaveStampsOfTheirOwn_ThoughTheTwinHasNotTakenTheOneBefore()
    {
        DateTimeOffset[] stamps = new DateTimeOffset[3];
        for (int i = 0; i < stamps.Length; i++)
        {
            (_, JsonElement receipt) = await host.SendAsync(HttpMethod.Post, Path, """{"reason":"new bearing"}""");
            stamps[i] = receipt.GetProperty("eventTime").GetDateTimeOffset();
        }

        DateTimeOffset first = Examples.T0.AddSeconds(60).AddTicks(8);
        Assert.Equal([first, first.AddTicks(1), first.AddTicks(2)], stamps);
    }

    [Fact]
    public async Task Reset_IsRefused_WhenTheLogRefuses_AndMeansNothingWithoutHistory()
    {
        host.Stores.Receipt = new InletReceipt { Outcome = InletOutcome.Refused, Code = "log.full", Detail = "The log is full." };

        Assert.Equal((503, "log.full"), await CodeAsync(Path, """{"reason":"a"}"""));
        host.Grains.Twins.Clear();
        Assert.Equal((404, "history.notfound"), await CodeAsync(Path, """{"reason":"a"}"""));
    }

    [Fact]
    public async Task CompletedWorkOrder_ResetsTheBaselinesOfItsAsset_Once()
    {
        host.Stores.Put(MaintenanceEntity.StateName, "acme.lyon", new MaintenanceEntity
        {
            WorkOrders = [Examples.Order("o1", 0), Examples.Order("o2", 0, WorkOrderStatus.Complete)],
        });
        host.Grains.Orders["o1"] = Examples.Order("o1", 0);
        host.Grains.Orders["o2"] = Examples.Order("o2", 0, WorkOrderStatus.Complete);

        Assert.Equal(200, await ChangeAsync("o1", "inProgress"));
        Assert.Equal(200, await ChangeAsync("o2", "complete"));
        Assert.Empty(host.Stores.Published);
        (int status, JsonElement completed) = await SendAsync("o1", "complete");

        Assert.Equal((200, true), (status, completed.GetProperty("baselines").GetProperty("reset").GetBoolean()));
        Assert.Equal("workorder o1", Decoded().Text);
    }

    [Fact]
    public async Task WorkOrder_IsCompletedAllTheSame_WhenItsResetIsRefusedForGood()
    {
        host.Stores.Put(MaintenanceEntity.StateName, "acme.lyon", new MaintenanceEntity { WorkOrders = [Examples.Order("o1", 0)] });
        host.Grains.Orders["o1"] = Examples.Order("o1", 0);
        host.Stores.Receipt = new InletReceipt
        {
            Outcome = InletOutcome.Quarantined, Code = "asset.unmodelled", Detail = "The model has no such asset.",
        };

        (int status, JsonElement changed) = await SendAsync("o1", "complete");

        Assert.Equal((200, "complete"), (status, changed.GetProperty("status").GetString()));
        Assert.Equal((false, "asset.unmodelled"), (
            changed.GetProperty("baselines").GetProperty("reset").GetBoolean(),
            changed.GetProperty("baselines").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task WorkOrder_StaysAsItIs_WhenTheResetCannotBeWritten()
    {
        host.Stores.Put(MaintenanceEntity.StateName, "acme.lyon", new MaintenanceEntity { WorkOrders = [Examples.Order("o1", 0)] });
        host.Stores.Receipt = new InletReceipt { Outcome = InletOutcome.Refused, Code = "log.full", Detail = "The log is full." };

        // The grain does not know the order: to be asked would be a 404.
        Assert.Equal(503, await ChangeAsync("o1", "complete"));
    }

    private async Task<int> ChangeAsync(string order, string status) => (await SendAsync(order, status)).Status;

    private Task<(int Status, JsonElement Body)> SendAsync(string order, string status) => host.SendAsync(
        HttpMethod.Post, $"/api/v1/workorders/{order}/status", $$"""{"status":"{{status}}","operator":"ana"}""");

    private async Task<(int, string?)> CodeAsync(string path, string body)
    {
        (int status, JsonElement problem) = await host.SendAsync(HttpMethod.Post, path, body);
        return (status, problem.GetProperty("code").GetString());
    }

    private TelemetrySample Decoded()
    {
        (string topic, byte[] payload) = Assert.Single(host.Stores.Published);
        var sink = new RecordSink(Examples.T0);
        new PayloadDecoder(Examples.Model).Decode(Encoding.UTF8.GetBytes(topic), payload, "client", Examples.T0, sink);
        DecodedRecord record = Assert.Single(sink.Records);
        Assert.Equal(Examples.Pump, record.AssetId);
        return Assert.Single(record.Samples);
    }
}
