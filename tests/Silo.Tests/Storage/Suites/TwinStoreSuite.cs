using System.Collections.Immutable;
using System.Text;
using Millwright.Core.History;
using Millwright.Grains.Twins;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every <see cref="ITwinStore"/> promises. A store's own tests derive from this and say how one is made.</summary>
public abstract class TwinStoreSuite : TwinStoreFixture
{
    [SuiteFact]
    public async Task Load_IsNull_WhenNeverWritten() => Assert.Null(await Store.LoadAsync("a:b", default));

    [SuiteFact]
    public async Task Save_ThenLoad_GivesTheLastSnapshotAndItsEpoch()
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");
        await SaveAsync("a:b", 2, "three");

        StoredCheckpoint? stored = await Store.LoadAsync("a:b", default);

        Assert.Equal((3L, "three"), (stored!.Epoch, Encoding.UTF8.GetString(stored.Snapshot.Span)));
    }

    [SuiteTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Save_IsFenced_WhenTheEpochIsNotTheStoredOne(long epoch)
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");

        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", epoch, "stale", Block("m", 1)));

        StoredCheckpoint? stored = await Store.LoadAsync("a:b", default);
        Assert.Equal((2L, "two"), (stored!.Epoch, Encoding.UTF8.GetString(stored.Snapshot.Span)));
        Assert.Empty(await Store.GetHistoryAsync("a:b", "m", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 10, default));
    }

    [SuiteFact]
    public async Task Save_WithAnEpoch_IsFenced_WhenTheTwinIsNotThere() =>
        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", 4, "x"));

    [SuiteFact]
    public async Task ManySavesAtOnce_FencedOnesFailAlone()
    {
        Task[] saves = [.. Enumerable.Range(0, 200).Select(i => SaveAsync($"a:{i % 100:D3}", 0, $"{i}").AsTask())];

        await Task.WhenAll(saves.Select(save => save.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(100, saves.Count(save => save.IsCompletedSuccessfully));
        Assert.All(saves.Where(save => save.IsFaulted), save => Assert.IsType<TwinFencedException>(save.Exception!.InnerException));
        Assert.Equal(100, (await Store.GetAssetIdsAsync(null, 1_000, default)).Length);
    }

    [SuiteFact]
    public async Task Reopen_FindsEverything()
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));

        await Stage.ReopenAsync();

        Assert.Equal("one", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
        Assert.Equal(2, (await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default)).Length);
    }

    [SuiteFact]
    public async Task TwoActivationsOfOneTwin_ExactlyOneWins_EachTime()
    {
        ITwinStore[] rivals = [Store, Store];
        for (long epoch = 0; epoch < 25; epoch++)
        {
            long expected = epoch;
            Task[] saves =
            [
                .. rivals.Select((store, i) => Task.Run(() => store.SaveAsync(
                    new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = expected, Snapshot = new[] { (byte)i } }, default).AsTask())),
            ];
            await Task.WhenAll(saves.Select(save => save.ContinueWith(_ => { }, TaskScheduler.Default)));

            int winner = Array.FindIndex(saves, save => save.IsCompletedSuccessfully);
            Assert.Equal(1, saves.Count(save => save.IsCompletedSuccessfully));
            Assert.IsType<TwinFencedException>(saves[1 - winner].Exception!.InnerException);
            StoredCheckpoint stored = (await Store.LoadAsync("a:b", default))!;
            Assert.Equal((epoch + 1, (byte)winner), (stored.Epoch, stored.Snapshot.Span[0]));
        }
    }

    [SuiteFact]
    public async Task LargeCheckpoint_ComesBackWhole()
    {
        HistoryBlock[] blocks = [.. Enumerable.Range(0, 1_000).Select(i => Block($"m{i % 50:D2}", i * 2, (i * 2) + 1))];
        WindowResult[] windows = [.. Enumerable.Range(0, 1_000).Select(i => Window($"m{i % 50:D2}", 60 * (i / 50), 1, i))];
        await Store.SaveAsync(
            new TwinCheckpoint
            {
                AssetId = "a:b", ExpectedEpoch = 0, Snapshot = new byte[2_000_000], Blocks = [.. blocks.Select(b => Link("a:b", b))],
                Windows = [.. windows],
            },
            default);

        Assert.Equal(2_000_000, (await Store.LoadAsync("a:b", default))!.Snapshot.Length);
        Assert.Equal(40, (await Store.GetHistoryAsync("a:b", "m07", Start, Start.AddDays(1), 100, default)).Length);
        Assert.Equal(
            windows.Where(w => w.Metric == "m07").Reverse(),
            await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b", Metric = "m07" }, default));
    }

    [SuiteFact]
    public async Task OneCheckpoint_MayHoldSeveralRevisionsOfAWindow()
    {
        await SaveWindowsAsync(0, Window("m", 0, 1, 10), Window("m", 0, 3, 12), Window("m", 0, 2, 11));

        Assert.Equal(
            [Window("m", 0, 3, 12)], (await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b" }, default)).AsEnumerable());
    }

    [SuiteFact]
    public async Task AssetIds_ArePagedInOrder()
    {
        foreach (string name in new[] { "b", "d", "a", "c" })
        {
            await SaveAsync($"x:{name}", 0, "s");
        }

        Assert.Equal(["x:a", "x:b"], (await Store.GetAssetIdsAsync(null, 2, default)).AsEnumerable());
        Assert.Equal(["x:c", "x:d"], (await Store.GetAssetIdsAsync("x:b", 2, default)).AsEnumerable());
    }

    [SuiteFact]
    public async Task History_IsHalfOpen_Ordered_AndLimited()
    {
        await SaveAsync("a:b", 0, "s", Block("m", 0, 1, 2), Block("m", 3, 4), Block("other", 1));

        Assert.Equal([1.0, 2, 3], Values(await Store.GetHistoryAsync("a:b", "m", Start.AddSeconds(1), Start.AddSeconds(4), 10, default)));
        Assert.Equal([0.0, 1, 2, 3], Values(await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 4, default)));
        Assert.Empty(await Store.GetHistoryAsync("a:b", "m", Start.AddDays(1), Start.AddDays(2), 4, default));
        Assert.Empty(await Store.GetHistoryAsync("a:none", "m", Start, Start.AddDays(1), 4, default));
    }

    [SuiteFact]
    public async Task OverlappingBlocks_GiveEachSampleOnce()
    {
        await SaveAsync("a:b", 0, "s", Block("m", 0, 1, 2, 3));
        await SaveAsync("a:b", 1, "s", Block("m", 2, 3, 4), Block("m", 5));

        Assert.Equal([0.0, 1, 2, 3, 4, 5], Values(await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 100, default)));
    }

    [SuiteFact]
    public async Task HistoryTail_IsTheNewest_AndCountsAll()
    {
        await SaveAsync("a:b", 0, "s", Block("m", 0, 1, 2), Block("m", 3, 4, 9), Block("other", 1));
        await SaveAsync("a:b", 1, "s", Block("m", 5, 6), Block("m", 10, 11, 12));

        foreach ((int from, int to, int limit, double[] newest, long count) in new (int, int, int, double[], long)[]
        {
            (0, 100, 3, [10, 11, 12], 11),
            (0, 100, 5, [6, 9, 10, 11, 12], 11),
            (0, 10, 3, [5, 6, 9], 8),
            (1, 12, 100, [1, 2, 3, 4, 5, 6, 9, 10, 11], 9),
            (4, 6, 1, [5], 2),
            (7, 9, 5, [], 0),
        })
        {
            StoredTail tail = await Store.GetHistoryTailAsync("a:b", "m", Start.AddSeconds(from), Start.AddSeconds(to), limit, default);

            Assert.Equal(newest, Values(tail.Points));
            Assert.Equal(count, tail.Count);
        }

        Assert.Equal(0, (await Store.GetHistoryTailAsync("a:none", "m", Start, Start.AddDays(1), 5, default)).Count);
    }

    [SuiteFact]
    public async Task History_IsAppendOnly()
    {
        HistoryBlock block = Block("m", 1, 2) with { Sequence = 1, Hash = HistoryChain.Genesis };
        await Store.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 0, Snapshot = new byte[1], Blocks = [block] }, default);

        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.SaveAsync(
            new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 1, Snapshot = new byte[2], Blocks = [block with { Metric = "n" }] }, default));

        StoredCheckpoint? stored = await Store.LoadAsync("a:b", default);
        Assert.Equal((1L, 1), (stored!.Epoch, stored.Snapshot.Length));
    }

    [SuiteFact]
    public async Task Window_IsReplacedByAHigherRevisionOnly()
    {
        await SaveWindowsAsync(0, Window("m", 0, 1, 10), Window("m", 60, 1, 20));
        await SaveWindowsAsync(1, Window("m", 0, 3, 12));
        await SaveWindowsAsync(2, Window("m", 0, 2, 11));

        ImmutableArray<WindowResult> windows = await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b" }, default);

        Assert.Equal([Window("m", 60, 1, 20), Window("m", 0, 3, 12)], windows.AsEnumerable());
    }

    [SuiteFact]
    public async Task Windows_AreFilteredAndNewestFirst()
    {
        await SaveWindowsAsync(0, Window("m", 0, 1, 1), Window("n", 60, 1, 2), Window("m", 120, 1, 3) with { Kind = "session", Size = TimeSpan.FromSeconds(7) });

        Assert.Equal(
            [3.0, 1.0],
            (await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b", Metric = "m" }, default)).Select(w => w.Sum));
        Assert.Equal(
            [2.0, 1.0],
            (await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b", Kind = "tumbling" }, default)).Select(w => w.Sum));
        Assert.Equal(
            [3.0],
            (await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b", Size = TimeSpan.FromSeconds(7) }, default)).Select(w => w.Sum));
        Assert.Equal(
            [2.0],
            (await Store.GetWindowsAsync(
                new WindowQuery { AssetId = "a:b", From = Start.AddSeconds(60), To = Start.AddSeconds(120) }, default)).Select(w => w.Sum));
        Assert.Single(await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b", Limit = 1 }, default));
    }

    [SuiteFact]
    public async Task Window_KeepsNumbersThatAreNone()
    {
        WindowResult empty = Window("m", 0, 1, 0) with { Minimum = double.NaN, Maximum = double.PositiveInfinity };
        await SaveWindowsAsync(0, empty);

        Assert.Equal(empty, (await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b" }, default)).Single());
    }

    private static IEnumerable<double> Values(ImmutableArray<HistoryPoint> points)
    {
        Assert.All(points, point => Assert.Equal((Start.AddSeconds(point.Value), SampleQuality.Good), (point.EventTime, point.Quality)));
        return points.Select(point => point.Value);
    }

    [SuiteFact]
    public async Task Window_KeepsWhatItsRuleAsksFor_AndAStateIsKnownByItsStart()
    {
        WindowResult first = Stay(1, 30, "running");
        WindowResult longer = Stay(2, 47, "idle");
        await SaveWindowsAsync(0, first);
        await SaveWindowsAsync(1, longer, Window("m", 0, 1, 5));

        ImmutableArray<WindowResult> windows = await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b" }, default);

        Assert.Equal(2, windows.Length);
        Assert.Null(windows.Single(w => w.Kind == "tumbling").Detail);
        WindowResult stay = windows.Single(w => w.Kind == "state");
        Assert.Equal((2, "idle", 47.0), (stay.Revision, stay.Detail!.State, stay.Size.TotalSeconds));
        Assert.Equal([new WindowFigure { Name = "p95", Value = 0.1 }], stay.Detail.Figures.AsEnumerable());
        Assert.Equal(longer.Detail!.States[0] with { Figures = default }, stay.Detail.States.Single() with { Figures = default });
    }

    private static WindowResult Stay(int revision, int seconds, string state) => Window("m", 0, revision, 7) with
    {
        Kind = "state",
        Size = TimeSpan.FromSeconds(seconds),
        Detail = new WindowResultDetail
        {
            State = state,
            Figures = [new WindowFigure { Name = "p95", Value = 0.1 }],
            States =
            [
                new WindowStateShare
                {
                    State = state, Time = TimeSpan.FromTicks(17), Count = 3, Sum = 1e-300, Minimum = 1, Maximum = 2, Mean = 0.1, StandardDeviation = 3,
                },
            ],
        },
    };

    private ValueTask SaveWindowsAsync(long epoch, params WindowResult[] windows) =>
        Store.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = epoch, Snapshot = new byte[1], Windows = [.. windows] }, default);
}
