namespace Millwright.Core.Detection;

/// <summary>How a detector of several metrics cuts event time and when it speaks; shared by the kinds that work on cells.</summary>
internal sealed record CellRules
{
    public static readonly DetectorParameter CellLength =
        new("every", "s", 1, 0.001, 86_400,
            "Length of the event-time cells on which the metrics are aligned; not shorter than their interval.");

    public static readonly DetectorParameter SmoothingCount =
        new("smoothing", "cells", 5, 1, 600, "Cells whose mean is judged: more means less noise and a later verdict.");

    public static readonly DetectorParameter CarryCount =
        new("carry", "cells", 10, 0, 10_000,
            "How many cells a metric without samples keeps its last value; after that the cell is skipped.");

    public static readonly DetectorParameter HoldCount =
        new("hold", "cells", 10, 1, 10_000, "Cells in a row that must lie beyond the threshold before it fires.");

    public static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private CellRules()
    {
    }

    public TimeSpan Every { get; private init; }

    public int Smoothing { get; private init; }

    public int Carry { get; private init; }

    public int Hold { get; private init; }

    public TimeSpan Settle { get; private init; }

    public double Threshold { get; private init; }

    /// <param name="smoothing">Where a kind has another default than <see cref="SmoothingCount"/>.</param>
    public static CellRules From(ParameterValues values, DetectorParameter threshold, DetectorParameter? smoothing = null) => new()
    {
        Every = values.Duration(CellLength),
        Smoothing = values.Count(smoothing ?? SmoothingCount),
        Carry = values.Count(CarryCount),
        Hold = values.Count(HoldCount),
        Settle = values.Duration(SettlingTime),
        Threshold = values.Number(threshold),
    };
}
