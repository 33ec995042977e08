using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Replay;

/// <summary>The samples of one asset as the store has them, with those that its checkpoint holds in no block yet.</summary>
public sealed class AssetHistory
{
    private readonly ITwinStore store;
    private readonly TwinRun run;

    internal AssetHistory(ITwinStore store, TwinBlueprint blueprint, ImmutableArray<TwinMetric> metrics, TwinRun run)
    {
        this.store = store;
        this.run = run;
        Blueprint = blueprint;
        Metrics = metrics;
    }

    public TwinBlueprint Blueprint { get; }

    public ImmutableArray<TwinMetric> Metrics { get; }

    /// <summary>Event time of the newest sample; null when there is none.</summary>
    public DateTimeOffset? Newest => run.Newest;

    /// <summary>Samples of a metric in [from, to), ascending, one per event time, at most <paramref name="limit"/>.</summary>
    public async ValueTask<ImmutableArray<HistoryPoint>> ReadAsync(
        string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        ImmutableArray<HistoryPoint> stored =
            await store.GetHistoryAsync(Blueprint.AssetId, metric, from, to, limit, cancellationToken);
        HistoryPoint[] tail = [.. run.RecentHistory(metric).Where(p => p.EventTime >= from && p.EventTime < to)];
        return tail.Length == 0
            ? stored
            : [.. stored.Concat(tail).OrderBy(p => p.EventTime).DistinctBy(p => p.EventTime).Take(limit)];
    }
}
