using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// The metrics of one detector in ascending order, so that neither findings nor stored bytes depend on the order they were configured in.
/// </summary>
internal sealed class WatchedMetrics
{
    private readonly int[] metrics;

    public WatchedMetrics(IReadOnlyList<int> watched, DetectorKind kind)
    {
        metrics = [.. watched.Distinct().Order()];
        if (metrics.Length < kind.MinMetrics || metrics.Length > kind.MaxMetrics || metrics[0] < 0)
        {
            throw new ArgumentException(
                $"Detector kind '{kind.Name}' watches {kind.MinMetrics} to {kind.MaxMetrics} metrics, not {metrics.Length}.",
                nameof(watched));
        }
    }

    public int Count => metrics.Length;

    public int this[int position] => metrics[position];

    /// <summary>-1 for a metric that is not watched.</summary>
    public int PositionOf(int metric)
    {
        // Most detectors watch every metric of the asset, where position and metric are the same.
        if (metric >= 0 && metric < metrics.Length && metrics[metric] == metric)
        {
            return metric;
        }

        int found = metrics.AsSpan().BinarySearch(metric);
        return found >= 0 ? found : -1;
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(metrics.Length);
        foreach (int metric in metrics)
        {
            writer.Int32(metric);
        }
    }

    /// <summary>For a detector whose state is of all metrics together, and of no use when they are others.</summary>
    public void RequireSame(StateReader reader)
    {
        bool isSame = reader.Count(4) == metrics.Length;
        for (int position = 0; isSame && position < metrics.Length; position++)
        {
            isSame = reader.Int32() == metrics[position];
        }

        if (!isSame)
        {
            throw new StateFormatException("A multivariate detector cannot take the state of one of other metrics.");
        }
    }

    public ImmutableArray<int> ToImmutable() => [.. metrics];
}
