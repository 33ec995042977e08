using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What was known when: earlier revisions stay, and each question gets the newest that was known then.</summary>
public abstract class RevisionSuite : StoreSuite
{
    private const string Asset = "a:b";
    private static readonly DateTimeOffset Start = StoreFill.Start;

    [SuiteFact]
    public async Task Windows_AreThoseKnownThen()
    {
        ITwinStore store = Stage.Twins(new HistoryDecoder());
        await SaveAsync(store, 0, Window(0, 1, 10), Window(1, 1, 20));
        Stage.Time.Advance(TimeSpan.FromHours(1));
        await SaveAsync(store, 1, Window(0, 3, 15));
        Stage.Time.Advance(TimeSpan.FromHours(1));
        await SaveAsync(store, 2, Window(0, 4, 16), Window(2, 1, 30));

        Assert.Equal("", await CountsAsync(store, -1));
        Assert.Equal("20, 10", await CountsAsync(store, 0));
        Assert.Equal("20, 15", await CountsAsync(store, 1));
        Assert.Equal("30, 20, 16", await CountsAsync(store, 2));
        Assert.Equal("30, 20, 16", await CountsAsync(store, 1_000));
        Assert.DoesNotContain(await Stage.VerifyAsync(), d => d.Table == "window");
    }

    private protected static async Task<string> CountsAsync(ITwinStore store, int hour) =>
        string.Join(", ", (await store.GetWindowsAsync(new WindowQuery { AssetId = Asset, AsOf = Start.AddHours(hour) }, default))
            .Select(w => w.Count));

    private protected static ValueTask SaveAsync(ITwinStore store, long epoch, params WindowResult[] windows) => store.SaveAsync(
        new TwinCheckpoint { AssetId = Asset, ExpectedEpoch = epoch, Snapshot = new byte[] { 1 }, Windows = [.. windows] }, default);

    private protected static WindowResult Window(int minute, int revision, long count) => new()
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
