namespace Millwright.Core.Detection;

/// <summary>What a <see cref="RobustZDetector"/> compares with; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record RobustZParameters
{
    public const string Name = "robust-z";

    private static readonly DetectorParameter WindowLength =
        new("window", "s", 43_200, 1, 604_800, "Samples older than this leave the baseline, except the newest 'min-samples'.");

    private static readonly DetectorParameter MinSampleCount =
        new("min-samples", "samples", 30, 16, 128, "Samples in a baseline before it judges.");

    private static readonly DetectorParameter MaxSampleCount =
        new("max-samples", "samples", 128, 16, 1_024, "Newest samples that a baseline holds: the bound of its memory.");

    private static readonly DetectorParameter Limit =
        new("threshold", "", 6, 3, 1_000, "Fires at and above this distance from the median, in robust standard deviations.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest standard deviation it believes in, as a share of the median's size.");

    private static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private RobustZParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "One metric far from its own recent median in this operating state.",
        1,
        DetectorKind.MaxSingleMetrics,
        [WindowLength, MinSampleCount, MaxSampleCount, Limit, ScaleFloor, SettlingTime])
    {
        Relations = Faults,
    };

    public TimeSpan Window { get; private init; }

    public int MinSamples { get; private init; }

    public int MaxSamples { get; private init; }

    public double Threshold { get; private init; }

    /// <summary>As a share of the median's size.</summary>
    public double MinScale { get; private init; }

    public TimeSpan Settle { get; private init; }

    public static RobustZParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new RobustZParameters
        {
            Window = values.Duration(WindowLength),
            MinSamples = values.Count(MinSampleCount),
            MaxSamples = values.Count(MaxSampleCount),
            Threshold = values.Number(Limit),
            MinScale = values.Number(ScaleFloor),
            Settle = values.Duration(SettlingTime),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        if (values.Count(MinSampleCount) > values.Count(MaxSampleCount))
        {
            yield return "'min-samples' must not exceed 'max-samples'";
        }
    }
}
