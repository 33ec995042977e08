using System.Collections.Frozen;
using Millwright.Core.Windows;

namespace Millwright.Core.Expressions;

/// <summary>A figure of a metric's trailing window, as expressions name it.</summary>
/// <param name="Needs">Beside what every window computes.</param>
/// <param name="Of">Figure of a window in the metric's unit (or what <paramref name="UnitOf"/> makes of it); the number is the share of a
/// quantile. Null for a window without a sample, or too few.</param>
/// <param name="UnitOf">From the metric's unit; null when the figure has no meaning in it.</param>
/// <param name="IsDifference">It is how far values lie apart, and no value.</param>
internal sealed record WindowFunction(
    string Name,
    WindowAggregates Needs,
    Func<SlidingWindow, double, double?> Of,
    Func<Unit, Unit?> UnitOf,
    bool IsDifference = false)
{
    public static FrozenDictionary<string, WindowFunction> All { get; } = new WindowFunction[]
    {
        new("mean", default, (w, _) => Any(w, w.Current.Mean), Same),
        new("min", default, (w, _) => Any(w, w.Current.Minimum), Same),
        new("max", default, (w, _) => Any(w, w.Current.Maximum), Same),
        new("first", default, (w, _) => Any(w, w.Current.First), Same),
        new("time-mean", WindowAggregates.TimeWeightedMean, (w, _) => w.TimeWeightedMean(), Same),
        new("quantile", WindowAggregates.Quantiles, (w, share) => w.Quantile(share), Same),
        new("stddev", default, (w, _) => Two(w, w.Current.StandardDeviation), Difference, IsDifference: true),
        new("range", default, (w, _) => Any(w, w.Current.Maximum - w.Current.Minimum), Difference, IsDifference: true),
        new("delta", default, (w, _) => Two(w, w.Current.Last - w.Current.First), Difference, IsDifference: true),
        new("slope", default, (w, _) => Slope(w.Current), PerSecond),
        new("sum", default, (w, _) => w.Current.Sum, WithoutOffset),
        new("rms", WindowAggregates.RootMeanSquare, (w, _) => RootMeanSquare(w.Current), WithoutOffset),
        new("count", default, (w, _) => w.Count, _ => Unit.None),
        new("kurtosis", WindowAggregates.Kurtosis, (w, _) => w.Kurtosis(), _ => Unit.None),
        new("counter-rate", WindowAggregates.CounterRate, (w, _) => w.CounterRate(), PerSecond),
    }.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    private static double? Any(SlidingWindow window, double value) => window.Count > 0 ? value : null;

    private static double? Two(SlidingWindow window, double value) => window.Count > 1 ? value : null;

    private static double? Slope(in WindowAggregate window) => window.LastTicks > window.FirstTicks
        ? (window.Last - window.First) / ((window.LastTicks - window.FirstTicks) / (double)TimeSpan.TicksPerSecond) : null;

    private static double? RootMeanSquare(in WindowAggregate window) => window.Count > 0
        ? Math.Sqrt((window.Mean * window.Mean) + window.Variance) : null;

    private static Unit Same(Unit unit) => unit;

    private static Unit Difference(Unit unit) => unit with { Offset = 0 };

    private static Unit PerSecond(Unit unit) => Unit.Product(unit, Unit.Second, -1);

    private static Unit? WithoutOffset(Unit unit) => unit.Offset == 0 ? unit : null;
}
