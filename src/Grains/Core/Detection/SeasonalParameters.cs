namespace Millwright.Core.Detection;

/// <summary>The period and profile of a <see cref="SeasonalDetector"/>; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record SeasonalParameters
{
    public const string Name = "seasonal";

    private static readonly DetectorParameter PeriodTime =
        new("period", "s", 86_400, 60, 2_678_400, "What repeats: a day, or 604800 for a week. Counted in UTC from a Monday.");

    private static readonly DetectorParameter BinCount =
        new("bins", "cells", 96, 4, 1_008, "Into how many parts the period is cut: the bound of its memory.");

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "cells", 2, 2, 100, "Periods in which a part must have been seen before it is judged.");

    private static readonly DetectorParameter MemoryCount =
        new("memory", "cells", 8, 2, 1_000, "How many periods back the profile reaches, with exponentially falling weight.");

    private static readonly DetectorParameter Deviations =
        new("threshold", "", 6, 3, 1_000, "Fires at and above this distance from the expected, in standard deviations of this time.");

    private static readonly DetectorParameter HoldCount =
        new("hold", "samples", 3, 1, 10_000, "Samples in a row that must lie beyond the threshold before it fires.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest standard deviation it believes in, as a share of the expected value's size.");

    private static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private SeasonalParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A value that is fine in itself, but not at this time of the day or week.",
        1,
        DetectorKind.MaxSingleMetrics,
        [PeriodTime, BinCount, WarmupCount, MemoryCount, Deviations, HoldCount, ScaleFloor, SettlingTime])
    {
        Relations = Faults,
    };

    public TimeSpan Period { get; private init; }

    public int Bins { get; private init; }

    public int Warmup { get; private init; }

    public int Memory { get; private init; }

    public double Threshold { get; private init; }

    public int Hold { get; private init; }

    public double MinScale { get; private init; }

    public TimeSpan Settle { get; private init; }

    public static SeasonalParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new SeasonalParameters
        {
            Period = values.Duration(PeriodTime),
            Bins = values.Count(BinCount),
            Warmup = values.Count(WarmupCount),
            Memory = values.Count(MemoryCount),
            Threshold = values.Number(Deviations),
            Hold = values.Count(HoldCount),
            MinScale = values.Number(ScaleFloor),
            Settle = values.Duration(SettlingTime),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        if (values.Count(WarmupCount) > values.Count(MemoryCount))
        {
            yield return "'warmup' must not exceed 'memory'";
        }
    }
}
