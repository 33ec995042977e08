namespace Millwright.Core.Detection;

/// <summary>How a <see cref="SpikeDetector"/> measures; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record SpikeParameters
{
    public const string Name = "spike";

    private static readonly DetectorParameter Deviations =
        new("threshold", "", 6, 3, 1_000, "Fires at and above this height over both neighbours, in robust standard deviations of a step.");

    private static readonly DetectorParameter MinSampleCount =
        new("min-samples", "samples", 30, 16, 128, "Steps it must have seen before it judges.");

    private static readonly DetectorParameter MaxSampleCount =
        new("max-samples", "samples", 128, 16, 1_024, "Newest steps that it remembers: the bound of its memory.");

    private static readonly DetectorParameter ClearTime =
        new("clear", "s", 60, 0, 604_800, "How long without another spike before the anomaly ends.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest usual step it believes in, as a share of the level.");

    private static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private SpikeParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A single sample that leaps up or down and is back at once: mostly the sensor, its cable or its converter, not the machine.",
        1,
        DetectorKind.MaxSingleMetrics,
        [Deviations, MinSampleCount, MaxSampleCount, ClearTime, ScaleFloor, SettlingTime])
    {
        Relations = Faults,
    };

    public double Threshold { get; private init; }

    public int MinSamples { get; private init; }

    public int MaxSamples { get; private init; }

    public TimeSpan Clear { get; private init; }

    public double MinScale { get; private init; }

    public TimeSpan Settle { get; private init; }

    public static SpikeParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new SpikeParameters
        {
            Threshold = values.Number(Deviations),
            MinSamples = values.Count(MinSampleCount),
            MaxSamples = values.Count(MaxSampleCount),
            Clear = values.Duration(ClearTime),
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
