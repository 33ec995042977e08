namespace Millwright.Core.Detection;

/// <summary>How a <see cref="HealthDetector"/> learns and judges; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record HealthParameters
{
    public const string Name = "health";

    /// <summary>One metric alone cannot tell wear from work: more load moves it too.</summary>
    public const int MinMetrics = 3;

    public const int MaxMetrics = 32;

    /// <summary>Wear is slow, and what lasts for less than a minute is none.</summary>
    public const double ShortestCell = 10;

    private static readonly DetectorParameter CellLength =
        new("every", "s", ShortestCell, 0.001, 86_400,
            "Length of the event-time cells on which the metrics are aligned; not shorter than their interval.");

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "cells", 100, 20, 1_000, "Cells of the asset's own beginning, per operating state, with which it is compared.");

    private static readonly DetectorParameter CarryCount =
        new("carry", "cells", 10, 0, 10_000,
            "How many cells a metric without samples keeps its last value; after that the cell is skipped.");

    private static readonly DetectorParameter AlertLimit =
        new("threshold", "", 0.5, 0.05, 10, "Fires at and above this mean change; 0.5 is two thirds away from the beginning.");

    private static readonly DetectorParameter DangerLimit =
        new("danger", "", 1, 0.05, 10, "What the forecast is about once it has fired; 1 is 1.7 times the beginning away from it.");

    private static readonly DetectorParameter HoldCount =
        new("hold", "cells", 10, 2, 1_000, "All but one of so many cells must lie beyond before it fires.");

    private HealthParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "Wear: the metrics together move away from the asset's own beginning, and stay there.",
        MinMetrics,
        MaxMetrics,
        [CellLength, WarmupCount, CarryCount, AlertLimit, DangerLimit, HoldCount])
    {
        Relations = Faults,
    };

    public TimeSpan Every { get; private init; }

    public int Warmup { get; private init; }

    public int Carry { get; private init; }

    public double Threshold { get; private init; }

    public double Danger { get; private init; }

    public int Hold { get; private init; }

    public static HealthParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new HealthParameters
        {
            Every = values.Duration(CellLength),
            Warmup = values.Count(WarmupCount),
            Carry = values.Count(CarryCount),
            Threshold = values.Number(AlertLimit),
            Danger = values.Number(DangerLimit),
            Hold = values.Count(HoldCount),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        if (values.Number(AlertLimit) >= values.Number(DangerLimit))
        {
            yield return "'threshold' must be below 'danger'";
        }
    }
}
