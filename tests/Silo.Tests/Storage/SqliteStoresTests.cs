using Microsoft.Extensions.DependencyInjection;
using Millwright.Testing.Time;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteStoresTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SqliteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Alert_IsWrittenOnce_AndComesBackWhole()
    {
        var store = new SqliteAlertStore(bench.Database);
        AlertEvent alert = Alert(1);

        Assert.True(await store.AppendAsync(alert, default));
        Assert.False(await store.AppendAsync(alert, default));
        bench.Reopen();

        StoredAlert stored = (await new SqliteAlertStore(bench.Database).QueryAsync(new AlertQuery(), default)).Single();
        Assert.Equal(StateJson.Serialize(alert), StateJson.Serialize(stored.Alert));
        Assert.Equal(alert.Explanation.Contributions.AsEnumerable(), stored.Alert.Explanation.Contributions);
        Assert.True(double.IsNaN(stored.Alert.Explanation.Score));
    }

    [Fact]
    public async Task Alerts_AreFilteredAndPaged()
    {
        var store = new SqliteAlertStore(bench.Database);
        for (int i = 0; i < 10; i++)
        {
            await store.AppendAsync(Alert(i), default);
        }

        await ExpectAsync(new AlertQuery { Limit = 3 }, 9, 8, 7);
        await ExpectAsync(new AlertQuery { AssetId = "a:1" }, 9, 7, 5, 3, 1);
        await ExpectAsync(new AlertQuery { Audience = Audiences.Energy }, 9, 6, 3, 0);
        await ExpectAsync(new AlertQuery { Kind = AlertKind.Cleared, Limit = 2 }, 9, 7);
        await ExpectAsync(new AlertQuery { DetectorKind = "none" });
        await ExpectAsync(new AlertQuery { IncidentId = "i-4" }, 4);
        await ExpectAsync(new AlertQuery { From = Start.AddSeconds(2), To = Start.AddSeconds(4) }, 3, 2);
        ImmutableArray<StoredAlert> page = await store.QueryAsync(new AlertQuery { Limit = 2 }, default);
        await ExpectAsync(new AlertQuery { Before = page[^1].Ordinal, Limit = 2 }, 7, 6);
        await ExpectAsync(new AlertQuery { After = page[^1].Ordinal - 2 }, 7, 8, 9);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.QueryAsync(new AlertQuery { Before = 1, After = 1 }, default));

        async Task ExpectAsync(AlertQuery query, params long[] sequences) =>
            Assert.Equal(sequences, (await store.QueryAsync(query, default)).Select(stored => stored.Alert.Sequence));
    }

    [Fact]
    public async Task Quarantine_KeepsTheFirstOfAPosition_AndPages()
    {
        SqliteQuarantineStore store = NewQuarantine();
        await store.AppendAsync([Message(1, "x"), Message(2, "y"), Message(3, "x")], default);
        await store.AppendAsync([Message(2, "changed"), Message(4, "x")], default);

        Assert.Equal([4L, 3, 2, 1], (await store.QueryAsync(null, null, 10, default)).Select(m => m.Position));
        QuarantinedMessage fourth = (await store.QueryAsync(null, null, 1, default)).Single();
        Assert.Equal([3L, 1], (await store.QueryAsync(fourth.Ordinal, "x", 10, default)).Select(m => m.Position));
        QuarantinedMessage message = (await store.FindAsync(2, null, default)).Single();
        Assert.Equal(("y", 99, false), (message.Reason, message.PayloadLength, message.IsDamaged));
        Assert.Equal(new byte[] { 1, 2 }, message.Payload.ToArray());
    }

    [Fact]
    public async Task Quarantine_KeepsLogsAndItemsApart()
    {
        SqliteQuarantineStore store = NewQuarantine();
        await store.AppendAsync(
            [Message(1, "x") with { LogId = "a" }, Message(1, "y") with { LogId = "b" }, Message(1, "z") with { LogId = "b", Index = 1 }],
            default);

        Assert.Equal(["z", "y", "x"], (await store.FindAsync(1, null, default)).Select(m => m.Reason));
        Assert.Equal(["x"], (await store.FindAsync(1, "a", default)).Select(m => m.Reason));
    }

    [Fact]
    public async Task Quarantine_LetsTheOldestGo_BeyondItsBounds()
    {
        var time = new ManualTimeProvider();
        SqliteQuarantineStore store = NewQuarantine(new QuarantineOptions { MaxRows = 3, MaxAge = TimeSpan.FromDays(1) }, time);
        await store.AppendAsync([.. Enumerable.Range(1, 5).Select(i => Message(i, "x"))], default);
        long[] bounded = [.. (await store.QueryAsync(null, null, 10, default)).Select(m => m.Position)];
        time.Advance(TimeSpan.FromDays(2));
        await store.AppendAsync([Message(6, "x")], default);

        Assert.Equal([5L, 4, 3], bounded);
        Assert.Equal([6L], (await store.QueryAsync(null, null, 10, default)).Select(m => m.Position));
    }

    [Theory]
    [InlineData("topic = 'u'")]
    [InlineData("position = 9")]
    [InlineData("payload = x'0103'")]
    [InlineData("detail = ''")]
    public async Task Quarantine_ShowsThatARowWasChanged(string change)
    {
        SqliteQuarantineStore store = NewQuarantine();
        await store.AppendAsync([Message(1, "x"), Message(2, "x")], default);
        await bench.Database.WriteAsync(statements => statements.Execute($"UPDATE quarantined SET {change} WHERE position = 1"), default);

        Assert.Equal([false, true], (await store.QueryAsync(null, null, 10, default)).Select(m => m.IsDamaged));
    }

    private SqliteQuarantineStore NewQuarantine(QuarantineOptions? options = null, TimeProvider? time = null) => new(
        bench.Database,
        Microsoft.Extensions.Options.Options.Create(options ?? new QuarantineOptions()),
        new QuarantineInstruments(new ServiceCollection().AddMetrics().BuildServiceProvider()
            .GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
        time ?? new ManualTimeProvider());

    private static QuarantinedMessage Message(long position, string reason) => new()
    {
        Position = position,
        IngestTime = Start,
        Source = "mqtt:c",
        Topic = "t",
        Reason = reason,
        Detail = "d",
        PayloadLength = 99,
        Payload = new byte[] { 1, 2 },
    };

    private static AlertEvent Alert(int i) => new()
    {
        Id = $"id-{i}",
        AlertId = $"id-{i}",
        Kind = i % 2 == 0 ? AlertKind.Raised : AlertKind.Cleared,
        AssetId = $"a:{i % 2}",
        AlertName = "BearingWear",
        Subject = "vibration",
        EventTime = Start.AddSeconds(i),
        RecordedTime = Start.AddSeconds(i + 1),
        Sequence = i,
        Severity = 500,
        Audiences = i % 3 == 0 ? Audiences.Energy | Audiences.Quality : Audiences.Maintenance,
        Category = AlertCategory.Machine,
        IncidentId = $"i-{i}",
        Summary = "s",
        Explanation = new AlertExplanation
        {
            DetectorId = "d",
            DetectorKind = "robust-z",
            DetectorVersion = "1",
            Score = double.NaN,
            Threshold = 3,
            WindowStart = Start,
            WindowEnd = Start.AddMinutes(1),
            Completeness = 1,
            Contributions = [new Contribution { Metric = "vibration", Observed = 5, Baseline = 4, Unit = "mm/s", Share = 4.5 }],
            Counterfactual = "vibration <= 4.2",
            OperatingState = "running",
        },
    };
}
