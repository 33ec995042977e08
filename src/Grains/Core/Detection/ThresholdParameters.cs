using System.Collections.Immutable;

namespace Millwright.Core.Detection;

/// <summary>Limits and times of a <see cref="ThresholdDetector"/>; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record ThresholdParameters
{
    public const string Name = "threshold";

    private const double Day = 86_400;

    private static readonly DetectorParameter UpperLimit =
        new("upper", "metric", null, -1e12, 1e12, "Fires at and above this value.");

    private static readonly DetectorParameter LowerLimit =
        new("lower", "metric", null, -1e12, 1e12, "Fires at and below this value.");

    private static readonly DetectorParameter HysteresisBand =
        new("hysteresis", "metric", 0, 0, 1e12, "How far the value must come back inside the limit before it clears.");

    private static readonly DetectorParameter DwellTime =
        new("dwell", "s", 0, 0, Day, "How long, in event time, the value must stay at or beyond the limit before it fires.");

    private static readonly DetectorParameter ClearDwellTime =
        new("clear-dwell", "s", 0, 0, Day, "How long, in event time, the value must stay inside before it clears.");

    private ThresholdParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A limit that an engineer knows: upper, lower or both, with hysteresis and dwell times.",
        1,
        DetectorKind.MaxSingleMetrics,
        [UpperLimit, LowerLimit, HysteresisBand, DwellTime, ClearDwellTime])
    {
        Relations = Faults,
    };

    /// <summary>In the metric's unit; null when there is no upper limit.</summary>
    public double? Upper { get; private init; }

    /// <summary>In the metric's unit; null when there is no lower limit.</summary>
    public double? Lower { get; private init; }

    public double Hysteresis { get; private init; }

    public TimeSpan Dwell { get; private init; }

    public TimeSpan ClearDwell { get; private init; }

    public static ThresholdParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new ThresholdParameters
        {
            Upper = values.Optional(UpperLimit),
            Lower = values.Optional(LowerLimit),
            Hysteresis = values.Number(HysteresisBand),
            Dwell = values.Duration(DwellTime),
            ClearDwell = values.Duration(ClearDwellTime),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        double? upper = values.Optional(UpperLimit);
        double? lower = values.Optional(LowerLimit);
        if (upper is null && lower is null)
        {
            yield return "one of 'upper' and 'lower' must be set";
        }

        if (upper is { } high && lower is { } low)
        {
            if (low >= high)
            {
                yield return "'lower' must be below 'upper'";
            }
            else if (values.Number(HysteresisBand) >= high - low)
            {
                // Else a value in the middle would be inside both bands, and neither side could clear.
                yield return "'hysteresis' must be smaller than the distance from 'lower' to 'upper'";
            }
        }
    }
}
