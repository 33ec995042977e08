namespace Millwright.Core.Detection;

/// <summary>How long a <see cref="SilenceDetector"/> waits; unit, range and default stand in the catalogue entry.</summary>
public sealed record SilenceParameters
{
    public const string Name = "silence";

    private static readonly DetectorParameter Wait =
        new("timeout", "s", 60, 0.1, 604_800, "Fires when a metric has sent no good sample for this long.");

    private SilenceParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A metric that was heard and is heard no more: a dead sensor, a cut cable, a lost gateway.",
        1,
        DetectorKind.MaxSingleMetrics,
        [Wait]);

    public TimeSpan Timeout { get; private init; }

    public static SilenceParameters From(IReadOnlyDictionary<string, double> given) =>
        new() { Timeout = DetectorParameters.Require(Name, given).Duration(Wait) };
}
