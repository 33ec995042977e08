using System.Runtime.CompilerServices;
using Millwright.Core.Digests;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Replay;

/// <summary>
/// Runs the history of one asset through its twin's code, in the order of event time, and gives the digest of what it says.
/// </summary>
public static class HistoryReplay
{
    /// <param name="metrics">The asset's metric table.</param>
    /// <param name="history">Samples of a metric, ascending.</param>
    public static async ValueTask<DigestResult> RunAsync(
        TwinCatalogue catalogue,
        string assetId,
        IReadOnlyList<TwinMetric> metrics,
        Func<string, IAsyncEnumerable<HistoryPoint>> history,
        CancellationToken cancellationToken) =>
        await RunAsync(catalogue.For(assetId, metrics), metrics, history, cancellationToken);

    /// <summary>The same of a blueprint, e.g. with the changes that were made while the asset ran.</summary>
    public static async ValueTask<DigestResult> RunAsync(
        TwinBlueprint blueprint,
        IReadOnlyList<TwinMetric> metrics,
        Func<string, IAsyncEnumerable<HistoryPoint>> history,
        CancellationToken cancellationToken)
    {
        var run = new TwinRun(blueprint, new TwinDigest(blueprint.AssetId));
        await foreach ((TwinMetric metric, HistoryPoint point) in InOrderAsync(metrics, history, cancellationToken))
        {
            run.Observe(metric, point);
        }

        return run.Finish();
    }

    /// <summary>The samples of all metrics by event time, and those of one instant in the order of the table.</summary>
    public static async IAsyncEnumerable<(TwinMetric Metric, HistoryPoint Point)> InOrderAsync(
        IReadOnlyList<TwinMetric> metrics,
        Func<string, IAsyncEnumerable<HistoryPoint>> history,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = new PriorityQueue<int, (DateTimeOffset, int)>();
        var open = new List<IAsyncEnumerator<HistoryPoint>>();
        try
        {
            for (int i = 0; i < metrics.Count; i++)
            {
                open.Add(history(metrics[i].Name).GetAsyncEnumerator(cancellationToken));
                await AdvanceAsync(i);
            }

            while (next.TryDequeue(out int metric, out _))
            {
                yield return (metrics[metric], open[metric].Current);
                await AdvanceAsync(metric);
            }
        }
        finally
        {
            foreach (IAsyncEnumerator<HistoryPoint> samples in open)
            {
                await samples.DisposeAsync();
            }
        }

        async ValueTask AdvanceAsync(int metric)
        {
            if (await open[metric].MoveNextAsync())
            {
                next.Enqueue(metric, (open[metric].Current.EventTime, metric));
            }
        }
    }
}
