namespace Millwright.Core.Detection;

/// <summary>
/// When a <see cref="StuckDetector"/> calls a repeated value dead; units, ranges and defaults stand in the catalogue entry.
/// </summary>
public sealed record StuckParameters
{
    public const string Name = "stuck";

    private static readonly DetectorParameter SampleCount =
        new("samples", "samples", 20, 2, 100_000, "Fewest equal samples in a row before it fires.");

    private static readonly DetectorParameter RunDuration =
        new("duration", "s", 60, 0, 604_800, "Shortest event time that the value must have stood still before it fires.");

    private static readonly DetectorParameter RunFactor =
        new("factor", "", 4, 1, 1_000,
            "How many times longer than the longest earlier standstill of the metric in this state it must last.");

    private static readonly DetectorParameter ChangeCount =
        new("min-changes", "samples", 10, 1, 10_000, "Changes it must have seen in this state before it believes that the metric moves.");

    private StuckParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A metric that used to move repeats one value exactly: a dead sensor, a frozen gateway.",
        1,
        DetectorKind.MaxSingleMetrics,
        [SampleCount, RunDuration, RunFactor, ChangeCount]);

    public int Samples { get; private init; }

    public TimeSpan Duration { get; private init; }

    public double Factor { get; private init; }

    public int MinChanges { get; private init; }

    public static StuckParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new StuckParameters
        {
            Samples = values.Count(SampleCount),
            Duration = values.Duration(RunDuration),
            Factor = values.Number(RunFactor),
            MinChanges = values.Count(ChangeCount),
        };
    }
}
