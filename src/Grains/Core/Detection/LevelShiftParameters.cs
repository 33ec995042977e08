namespace Millwright.Core.Detection;

/// <summary>What a <see cref="LevelShiftDetector"/> calls a shift; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record LevelShiftParameters
{
    public const string Name = "level-shift";

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "samples", 100, 20, 100_000, "Samples of a level that are only learned before it judges, also after each shift.");

    private static readonly DetectorParameter MemoryCount =
        new("memory", "samples", 1_000, 20, 1_000_000, "How many samples back the level reaches, with exponentially falling weight.");

    private static readonly DetectorParameter ShiftSize =
        new("shift", "", 1, 0.1, 10, "Smallest shift that matters, in standard deviations; half of it is allowed as drift.");

    private static readonly DetectorParameter Interval =
        new("threshold", "", 16, 2, 1_000, "Fires at and above this sum of deviations, in standard deviations of independent samples.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest standard deviation it believes in, as a share of the level's size.");

    private static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private LevelShiftParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A metric whose level has moved and stays: reports since when, then learns the new level.",
        1,
        DetectorKind.MaxSingleMetrics,
        [WarmupCount, MemoryCount, ShiftSize, Interval, ScaleFloor, SettlingTime])
    {
        Relations = Faults,
    };

    public int Warmup { get; private init; }

    public int Memory { get; private init; }

    public double Shift { get; private init; }

    public double Threshold { get; private init; }

    public double MinScale { get; private init; }

    public TimeSpan Settle { get; private init; }

    public static LevelShiftParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new LevelShiftParameters
        {
            Warmup = values.Count(WarmupCount),
            Memory = values.Count(MemoryCount),
            Shift = values.Number(ShiftSize),
            Threshold = values.Number(Interval),
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
