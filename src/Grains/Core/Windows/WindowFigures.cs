using System.Collections.Immutable;
using System.Globalization;

namespace Millwright.Core.Windows;

/// <summary>The figures that a rule wants, in one order, so that equal windows have equal lists.</summary>
internal static class WindowFigures
{
    public static ImmutableArray<NamedFigure> Of(WindowRule rule, in WindowParts parts)
    {
        if (rule.Aggregates == WindowAggregates.None || parts.Aggregate.Count == 0)
        {
            return [];
        }

        ImmutableArray<NamedFigure>.Builder figures = ImmutableArray.CreateBuilder<NamedFigure>();
        WindowAggregate aggregate = parts.Aggregate;
        if (rule.Wants(WindowAggregates.RootMeanSquare))
        {
            Add(figures, "rms", aggregate.RootMeanSquare);
        }

        Add(figures, "kurtosis", parts.Shape?.Kurtosis(aggregate.Moments, aggregate.Count));
        foreach (double share in rule.Quantiles)
        {
            Add(figures, NameOf(share), parts.Shape?.Quantile(share, aggregate.Minimum, aggregate.Maximum));
        }

        Add(figures, "quantile-error", parts.Shape?.QuantileError);
        if (rule.Wants(WindowAggregates.Rate) && parts.Length > 0)
        {
            Add(figures, "rate", aggregate.Count / ((double)parts.Length / TimeSpan.TicksPerSecond));
        }

        if (rule.Wants(WindowAggregates.CounterRate))
        {
            Add(figures, "counter-rate", parts.Flow?.CounterRate());
        }

        if (rule.Wants(WindowAggregates.TimeWeightedMean))
        {
            Add(figures, "time-weighted-mean", parts.Flow is null ? null : parts.Flow.Mean() ?? aggregate.Last);
        }

        return figures.DrainToImmutable();
    }

    /// <summary><c>p95</c>, <c>p99.9</c>.</summary>
    public static string NameOf(double share) => "p" + ((decimal)share * 100).ToString("0.####", CultureInfo.InvariantCulture);

    private static void Add(ImmutableArray<NamedFigure>.Builder figures, string name, double? value)
    {
        if (value is { } known && double.IsFinite(known))
        {
            figures.Add(new NamedFigure(name, known));
        }
    }
}

/// <summary>What the figures of one window are read from.</summary>
/// <param name="Length">Of the window, in ticks.</param>
internal readonly record struct WindowParts(WindowAggregate Aggregate, ValueShape? Shape, ValueFlow? Flow, long Length);
