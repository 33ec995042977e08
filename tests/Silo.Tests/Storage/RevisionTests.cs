using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Verify;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Testing.Time;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage;

/// <summary>What was known when: earlier revisions stay, and each question gets the newest that was known then.</summary>
public sealed class RevisionTests : IDisposable
{
    private const string Asset = "a:b";
    private static readonly DateTimeOffset Start = StoreFill.Start;

    private readonly SqliteBench bench = new();
    private readonly ManualTimeProvider time = new(Start);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Windows_AreThoseKnownThen_AndNoRevisionIsDamaged()
    {
        SqliteTwinStore store = StoreFill.StoreOf(bench.Database, time);
        await SaveAsync(store, 0, Window(0, 1, 10), Window(1, 1, 20));
        time.Advance(TimeSpan.FromHours(1));
        await SaveAsync(store, 1, Window(0, 3, 15));
        time.Advance(TimeSpan.FromHours(1));
        await SaveAsync(store, 2, Window(0, 4, 16), Window(2, 1, 30));

        Assert.Equal("", await CountsAsync(store, -1));
        Assert.Equal("20, 10", await CountsAsync(store, 0));
        Assert.Equal("20, 15", await CountsAsync(store, 1));
        Assert.Equal("30, 20, 16", await CountsAsync(store, 2));
        Assert.Equal("30, 20, 16", await CountsAsync(store, 1_000));
        Assert.Equal(3L + 2, await bench.Database.ReadAsync(
            s => (long)s.Scalar("SELECT count(*) FROM window")! + (long)s.Scalar("SELECT count(*) FROM window_past")!, default));
        bench.Tamper("UPDATE window_past SET count = 99 WHERE revision = 1");
        await Assert.ThrowsAsync<TwinStoreException>(async () => await CountsAsync(store, 0));
        Assert.Contains(
            await bench.Database.ReadAsync(s => StoreVerifier.Twin(s, Asset, new VerifyCounts()).ToList(), default),
            d => d.Code == "store.damaged" && d.Table == "window");
    }

    [Fact]
    public async Task Alerts_AreTheNewestWordOnEach_KnownThen()
    {
        var store = new SqliteAlertStore(bench.Database);
        AlertEvent first = Examples.Alert("a1") with { AlertId = "a1", RecordedTime = Start };
        await store.AppendAsync(first, default);
        await store.AppendAsync(first with { Id = "a1-c", Kind = AlertKind.Cleared, RecordedTime = Start.AddMinutes(1) }, default);
        await store.AppendAsync(first with { Id = "a2", AlertId = "a2", RecordedTime = Start.AddMinutes(2) }, default);
        await store.AppendAsync(first with { Id = "a1-r", Kind = AlertKind.Retracted, RecordedTime = Start.AddMinutes(3) }, default);

        Assert.Empty(await IdsAsync(store, -1));
        Assert.Equal(["a1"], await IdsAsync(store, 0));
        Assert.Equal(["a1-c"], await IdsAsync(store, 1));
        Assert.Equal(["a2", "a1-c"], await IdsAsync(store, 2));
        Assert.Equal(["a1-r", "a2"], await IdsAsync(store, 3));
        ImmutableArray<StoredAlert> all = await store.QueryAsync(new AlertQuery { AlertId = "a1" }, default);
        Assert.Equal(["a1-r", "a1-c", "a1"], all.Select(a => a.Alert.Id));
        Assert.Equal("a1-c", Assert.Single(await store.QueryAsync(new AlertQuery { Id = "a1-c" }, default)).Alert.Id);
    }

    private static async Task<string[]> IdsAsync(SqliteAlertStore store, int minute) =>
        [.. (await store.QueryAsync(new AlertQuery { AsOf = Start.AddMinutes(minute) }, default)).Select(a => a.Alert.Id)];

    private static async Task<string> CountsAsync(SqliteTwinStore store, int hour) =>
        string.Join(", ", (await store.GetWindowsAsync(new WindowQuery { AssetId = Asset, AsOf = Start.AddHours(hour) }, default))
            .Select(w => w.Count));

    private static ValueTask SaveAsync(SqliteTwinStore store, long epoch, params WindowResult[] windows) => store.SaveAsync(
        new TwinCheckpoint { AssetId = Asset, ExpectedEpoch = epoch, Snapshot = new byte[] { 1 }, Windows = [.. windows] }, default);

    private static WindowResult Window(int minute, int revision, long count) => new()
    {
        AssetId = Asset,
        Metric = "m",
        Kind = "tumbling",
        Start = Start.AddMinutes(minute),
        End = Start.AddMinutes(minute + 1),
        Revision = revision,
        IsClosed = true,
        Count = count,
        Sum = 1,
        Minimum = 1,
        Maximum = 1,
        Mean = 1,
        StandardDeviation = 0,
        First = 1,
        Last = 1,
        Completeness = 1,
        Size = TimeSpan.FromMinutes(1),
    };
}
