namespace Millwright.Core.Windows;

/// <summary>
/// What a window computes beside count, sum, minimum, maximum, mean, standard deviation, first and last, which are always there. A rule
/// names what it wants: nobody else pays for it.
/// </summary>
[Flags]
public enum WindowAggregates
{
    None = 0,

    /// <summary>Root of the mean square. Costs nothing per sample.</summary>
    RootMeanSquare = 1,

    /// <summary>Fourth moment about the mean by the squared variance, of the population: 3 for a normal distribution.</summary>
    Kurtosis = 2,

    Quantiles = 4,

    /// <summary>Samples per second of the window's length.</summary>
    Rate = 8,

    /// <summary>Increase per second of a counter that may begin again at zero. Needs the order of samples.</summary>
    CounterRate = 16,

    /// <summary>Each value weighted by the time for which it was the last known. Needs the order of samples.</summary>
    TimeWeightedMean = 32,

    /// <summary>Those that need the order of samples.</summary>
    Ordered = CounterRate | TimeWeightedMean,
}
