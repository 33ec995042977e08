using System.Collections.Concurrent;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Silo.Storage;
using Millwright.Silo.Tests.Api.Stage;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every <see cref="IAlertStore"/> promises.</summary>
public abstract class AlertStoreSuite : StoreSuite
{
    [SuiteFact]
    public async Task Alert_IsWrittenOnce_AndComesBackWhole()
    {
        IAlertStore store = Stage.Alerts;
        AlertEvent alert = StoreExamples.Alert(1);

        Assert.True(await store.AppendAsync(alert, default));
        Assert.False(await store.AppendAsync(alert, default));
        await Stage.ReopenAsync();

        StoredAlert stored = (await Stage.Alerts.QueryAsync(new AlertQuery(), default)).Single();
        Assert.Equal(StateJson.Serialize(alert), StateJson.Serialize(stored.Alert));
        Assert.Equal(alert.Explanation.Contributions.AsEnumerable(), stored.Alert.Explanation.Contributions);
        Assert.True(double.IsNaN(stored.Alert.Explanation.Score));
    }

    [SuiteFact]
    public async Task Alerts_AreFilteredAndPaged()
    {
        IAlertStore store = Stage.Alerts;
        for (int i = 0; i < 10; i++)
        {
            await store.AppendAsync(StoreExamples.Alert(i), default);
        }

        await ExpectAsync(new AlertQuery { Limit = 3 }, 9, 8, 7);
        await ExpectAsync(new AlertQuery { AssetId = "a:1" }, 9, 7, 5, 3, 1);
        await ExpectAsync(new AlertQuery { Audience = Audiences.Energy }, 9, 6, 3, 0);
        await ExpectAsync(new AlertQuery { Kind = AlertKind.Cleared, Limit = 2 }, 9, 7);
        await ExpectAsync(new AlertQuery { DetectorKind = "none" });
        await ExpectAsync(new AlertQuery { IncidentId = "i-4" }, 4);
        await ExpectAsync(new AlertQuery { From = StoreExamples.Start.AddSeconds(2), To = StoreExamples.Start.AddSeconds(4) }, 3, 2);
        ImmutableArray<StoredAlert> page = await store.QueryAsync(new AlertQuery { Limit = 2 }, default);
        await ExpectAsync(new AlertQuery { Before = page[^1].Ordinal, Limit = 2 }, 7, 6);
        await ExpectAsync(new AlertQuery { After = page[^1].Ordinal - 2 }, 7, 8, 9);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.QueryAsync(new AlertQuery { Before = 1, After = 1 }, default));

        async Task ExpectAsync(AlertQuery query, params long[] sequences) =>
            Assert.Equal(sequences, (await store.QueryAsync(query, default)).Select(stored => stored.Alert.Sequence));
    }

    [SuiteFact]
    public async Task Alerts_AreTheNewestWordOnEach_KnownThen()
    {
        IAlertStore store = Stage.Alerts;
        AlertEvent first = Examples.Alert("a1") with { AlertId = "a1", RecordedTime = StoreExamples.Start };
        await store.AppendAsync(first, default);
        await store.AppendAsync(first with { Id = "a1-c", Kind = AlertKind.Cleared, RecordedTime = StoreExamples.Start.AddMinutes(1) }, default);
        await store.AppendAsync(first with { Id = "a2", AlertId = "a2", RecordedTime = StoreExamples.Start.AddMinutes(2) }, default);
        await store.AppendAsync(first with { Id = "a1-r", Kind = AlertKind.Retracted, RecordedTime = StoreExamples.Start.AddMinutes(3) }, default);

        Assert.Empty(await IdsAsync(store, -1));
        Assert.Equal(["a1"], await IdsAsync(store, 0));
        Assert.Equal(["a1-c"], await IdsAsync(store, 1));
        Assert.Equal(["a2", "a1-c"], await IdsAsync(store, 2));
        Assert.Equal(["a1-r", "a2"], await IdsAsync(store, 3));
        ImmutableArray<StoredAlert> all = await store.QueryAsync(new AlertQuery { AlertId = "a1" }, default);
        Assert.Equal(["a1-r", "a1-c", "a1"], all.Select(a => a.Alert.Id));
        Assert.Equal("a1-c", Assert.Single(await store.QueryAsync(new AlertQuery { Id = "a1-c" }, default)).Alert.Id);
    }

    [SuiteFact]
    public async Task Follower_SeesEachAlertOnce_InOneOrder_WhileManyAreWritten()
    {
        const int Alerts = 1_000;
        IAlertStore[] writers = [.. Enumerable.Range(0, 4).Select(_ => Stage.Alerts)];
        using var done = new CancellationTokenSource();
        Task<List<StoredAlert>> following = Task.Run(() => FollowAsync(Stage.Alerts, Alerts, done.Token));

        // Each is told by two: only one of them has written it.
        Task<bool>[] appends =
        [
            .. Enumerable.Range(0, Alerts * 2).Select(i => Task.Run(
                () => writers[i % writers.Length].AppendAsync(StoreExamples.Alert(i / 2), default).AsTask())),
        ];
        bool[] written = await Task.WhenAll(appends);
        await done.CancelAsync();
        List<StoredAlert> seen = await following;

        Assert.Equal(Alerts, written.Count(isNew => isNew));
        Assert.Equal(Alerts, seen.Select(s => s.Alert.Id).Distinct().Count());
        Assert.Equal(Alerts, seen.Count);
        Assert.Equal(seen.Select(s => s.Ordinal).Order(), seen.Select(s => s.Ordinal));
    }

    /// <summary>Reads on behind the last that it has seen, and once more when all have been written.</summary>
    private static async Task<List<StoredAlert>> FollowAsync(IAlertStore store, int bound, CancellationToken done)
    {
        List<StoredAlert> seen = [];
        while (true)
        {
            bool isLast = done.IsCancellationRequested;
            ImmutableArray<StoredAlert> page;
            do
            {
                long after = seen.Count == 0 ? 0 : seen[^1].Ordinal;
                page = await store.QueryAsync(new AlertQuery { After = after, Limit = 100 }, default);
                seen.AddRange(page);
            }
            while (page.Length > 0 && seen.Count <= bound);
            if (isLast)
            {
                return seen;
            }
        }
    }

    private static async Task<string[]> IdsAsync(IAlertStore store, int minute) =>
        [.. (await store.QueryAsync(new AlertQuery { AsOf = StoreExamples.Start.AddMinutes(minute) }, default)).Select(a => a.Alert.Id)];
}
