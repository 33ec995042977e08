namespace Millwright.Core.Detection.Novelty;

/// <summary>When a <see cref="NoveltyDetector"/> calls something new; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record NoveltyParameters
{
    public const string Name = "novelty";

    private static readonly DetectorParameter Limit =
        new("threshold", "", 1.75, 0.5, 11, "Fires at and above this: the weighted sum of four logarithms of rarity, 11 at most.");

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "samples", 100, 24, 8_192, "Samples that are only learned before it judges.");

    private static readonly DetectorParameter RestCount =
        new("rest", "samples", 50, 2, 10_000, "In so many samples the echo of an episode falls to a third; it ends at half the threshold.");

    private NoveltyParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "One metric does what it never did: a value, a level, a restlessness or a time of day unlike all it has shown.",
        1,
        DetectorKind.MaxSingleMetrics,
        [Limit, WarmupCount, RestCount]);

    public double Threshold { get; private init; }

    public int Warmup { get; private init; }

    public int Rest { get; private init; }

    public static NoveltyParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new NoveltyParameters
        {
            Threshold = values.Number(Limit),
            Warmup = values.Count(WarmupCount),
            Rest = values.Count(RestCount),
        };
    }
}
