namespace Millwright.Core.Detection;

/// <summary>Limits and span of a <see cref="RateOfChangeDetector"/>; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record RateOfChangeParameters
{
    public const string Name = "rate-of-change";

    private static readonly DetectorParameter UpperLimit =
        new("upper", "metric/s", null, -1e12, 1e12, "Fires when the metric rises at least this fast.");

    private static readonly DetectorParameter LowerLimit =
        new("lower", "metric/s", null, -1e12, 1e12, "Fires when the slope is at or below this; negative for a fall.");

    private static readonly DetectorParameter SpanTime =
        new("span", "s", 60, 0.1, 604_800, "Trailing event time over which the slope is fitted; at least the newest four samples.");

    private static readonly DetectorParameter Deviations =
        new("threshold", "", 8, 3, 1_000, "Without limits: how many robust standard deviations from its usual a slope must lie.");

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "samples", 20, 16, 512, "Without limits: slopes, one per span, that are only learned before it judges.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1,
            "Smallest usual change over a span that it believes in, as a share of the level; also the size of a limit of 0.");

    private static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private RateOfChangeParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A metric that rises or falls too fast: by limits that an engineer knows, or far from how it usually moves.",
        1,
        DetectorKind.MaxSingleMetrics,
        [UpperLimit, LowerLimit, SpanTime, Deviations, WarmupCount, ScaleFloor, SettlingTime])
    {
        Relations = Faults,
    };

    public double? Upper { get; private init; }

    public double? Lower { get; private init; }

    public TimeSpan Span { get; private init; }

    public double Threshold { get; private init; }

    public int Warmup { get; private init; }

    public double MinScale { get; private init; }

    public TimeSpan Settle { get; private init; }

    public bool HasLimits => Upper is not null || Lower is not null;

    public static RateOfChangeParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new RateOfChangeParameters
        {
            Upper = values.Optional(UpperLimit),
            Lower = values.Optional(LowerLimit),
            Span = values.Duration(SpanTime),
            Threshold = values.Number(Deviations),
            Warmup = values.Count(WarmupCount),
            MinScale = values.Number(ScaleFloor),
            Settle = values.Duration(SettlingTime),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        if (values.Optional(UpperLimit) is { } upper && values.Optional(LowerLimit) is { } lower && lower >= upper)
        {
            yield return "'lower' must be below 'upper'";
        }
    }
}
