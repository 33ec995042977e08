using Millwright.Core.State;
using Millwright.Core.Watermarks;

namespace Millwright.Core.Windows;

/// <summary>
/// The windows of one rule over one metric. The owner keeps it advanced: when a sample comes, no window that the watermark has passed is
/// unissued.
/// </summary>
internal abstract class WindowTracker(WindowRule rule, int metric, long expectedInterval, long allowedLateness)
{
    public WindowRule Rule { get; } = rule;

    /// <summary>The watermark at which there is something to do: a window to issue or one to forget.</summary>
    public abstract long NextDue { get; }

    /// <summary>Number of windows or panes held; 0 when nothing is left behind.</summary>
    public abstract int Held { get; }

    protected int Metric { get; } = metric;

    protected long AllowedLateness { get; } = allowedLateness;

    public static WindowTracker Create(WindowRule rule, int metric, TimeSpan? expectedInterval, TimeSpan allowedLateness)
    {
        long interval = expectedInterval?.Ticks ?? 0;
        return rule.Kind == WindowKind.Session
            ? new SessionWindows(rule, metric, interval, allowedLateness.Ticks)
            : new PaneWindows(rule, metric, interval, allowedLateness.Ticks);
    }

    /// <summary>How a sample at this time stands to the best of its windows.</summary>
    public abstract Punctuality Classify(long ticks, long watermark);

    /// <summary>Takes a good sample, unless it is too late for all of its windows; issues closed windows again.</summary>
    public abstract void Observe(long ticks, double value, long watermark, List<ClosedWindow> issued);

    public abstract void Advance(long watermark, List<ClosedWindow> issued);

    public abstract void CollectOpen(List<ClosedWindow> open);

    public abstract void Save(StateWriter writer);

    public abstract void Restore(StateReader reader);

    protected bool IsOver(long end, long watermark) => watermark != Ticks.None && Lateness.IsOver(end, watermark, AllowedLateness);

    /// <summary>First watermark at which a window with this end is over.</summary>
    protected long OverAt(long end) => Ticks.Add(end, AllowedLateness);

    /// <summary>Null for a rule of the default aggregates.</summary>
    protected WindowDetail? Detail(in WindowAggregate aggregate, ValueShape? shape, long length) =>
        Rule.Aggregates == WindowAggregates.None
            ? null : new WindowDetail { Figures = WindowFigures.Of(Rule, new WindowParts(aggregate, shape, null, length)) };

    /// <summary>What was kept of another set of aggregates is worth nothing to this one.</summary>
    protected ValueShape? RestoreShape(StateReader reader) =>
        reader.Boolean() && ValueShape.Restore(reader) is var shape && shape.Serves(Rule) ? shape : null;

    protected static void SaveShape(StateWriter writer, ValueShape? shape)
    {
        writer.Boolean(shape is not null);
        shape?.Save(writer);
    }

    /// <param name="posts">1 where both ends of the span carry a sample, as in a session; 0 where the end belongs to the next
    /// window.</param>
    protected double Completeness(long count, long span, int posts) => Completeness(count, span, expectedInterval, posts);

    internal static double Completeness(long count, long span, long expectedInterval, int posts) =>
        expectedInterval == 0 ? 1 : Math.Min(1, count / Math.Max(1, ((double)span / expectedInterval) + posts));
}
