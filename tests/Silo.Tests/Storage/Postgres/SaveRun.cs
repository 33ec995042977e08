using System.Collections.Concurrent;
using System.Collections.Immutable;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Tests.Storage.Suites;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>Many twins that write checkpoints and alerts as fast as they are answered, and remember what was acknowledged.</summary>
internal sealed class SaveRun(ITwinStore twins, IAlertStore alerts, int writers)
{
    private readonly ConcurrentDictionary<string, long> epochs = new();
    private readonly ConcurrentDictionary<string, bool> told = new();
    private readonly ConcurrentQueue<(int At, TaskCompletionSource Done)> awaited = new();
    private int acknowledged;
    private int refused;
    private int fenced;
    private int rounds;

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public int Refused => Volatile.Read(ref refused);

    public int Fenced => Volatile.Read(ref fenced);

    public Task ReachesAsync(int writes)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        awaited.Enqueue((writes, done));
        return done.Task;
    }

    public Task RunAsync(CancellationToken stop)
    {
        int round = Interlocked.Increment(ref rounds);
        return Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(() => WriteAsync($"acme:{i}", round, stop), CancellationToken.None)));
    }

    /// <summary>
    /// Each acknowledged epoch or a later one, with its block, window and snapshot together; each acknowledged alert, once.
    /// </summary>
    public async Task AssertAllIsThereAsync()
    {
        foreach ((string asset, long epoch) in epochs)
        {
            StoredCheckpoint stored = (await twins.LoadAsync(asset, default))!;
            ImmutableArray<HistoryPoint> history = await twins.GetHistoryAsync(
                asset, "m", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 1_000_000, default);
            ImmutableArray<WindowResult> windows = await twins.GetWindowsAsync(new WindowQuery { AssetId = asset, Limit = 1 }, default);
            TwinEnvelope envelope = TwinEnvelope.FromBytes(stored.Snapshot.ToArray());

            // One more may have been committed whose answer the kill took.
            Assert.InRange(stored.Epoch, epoch, epoch + 1);
            Assert.False(stored.IsFallback);
            Assert.Equal((stored.Epoch, stored.Epoch), (history.Length, envelope.Chain.Sequence));
            Assert.Equal(stored.Epoch, windows[0].Revision);
            Assert.Equal(history[^1].Value, BitConverter.ToDouble(envelope.Core.Span));
        }

        List<StoredAlert> all = [];
        ImmutableArray<StoredAlert> page;
        do
        {
            page = await alerts.QueryAsync(new AlertQuery { After = all.Count == 0 ? 0 : all[^1].Ordinal, Limit = 1_000 }, default);
            all.AddRange(page);
        }
        while (page.Length > 0);
        Assert.Empty(told.Keys.Except(all.Select(alert => alert.Alert.Id)));
        Assert.Equal(all.Count, all.Select(alert => alert.Alert.Id).Distinct().Count());
    }

    private async Task WriteAsync(string asset, int round, CancellationToken stop)
    {
        var stream = new SaveStream(asset, round * 1_000_000);
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                StoredCheckpoint? stored = await twins.LoadAsync(asset, default);
                TwinCheckpoint next = stream.After(stored);
                await twins.SaveAsync(next, default);
                epochs[asset] = next.ExpectedEpoch + 1;
                Count();
                string id = $"{asset} {round} {i}";

                // Nobody else writes this id: whoever is told that it was there has written it and was not told.
                Assert.True(await alerts.AppendAsync(StoreExamples.Alert(1) with { Id = id }, default));
                told[id] = true;
                Count();
            }
            catch (TwinFencedException)
            {
                // Nobody else writes this twin.
                Interlocked.Increment(ref fenced);
            }
            catch (Exception away) when (away is TwinStoreException or StoreException)
            {
                Interlocked.Increment(ref refused);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private void Count()
    {
        int now = Interlocked.Increment(ref acknowledged);
        for (int i = awaited.Count; i > 0 && awaited.TryDequeue(out (int At, TaskCompletionSource Done) one); i--)
        {
            if (now >= one.At)
            {
                one.Done.TrySetResult();
            }
            else
            {
                awaited.Enqueue(one);
            }
        }
    }
}
