using System.Collections.Immutable;

namespace Millwright.Plant;

/// <summary>
/// What is derived from a metric that comes as blocks. The derived metrics are ordinary ones; the block itself is not kept (ADR 0008).
/// </summary>
public sealed record BlockDefinition
{
    public const int MaxBands = 32;

    /// <summary>Ending of the text metric that says which version of the definition made the others.</summary>
    public const string VersionEnding = "version";

    private static readonly ImmutableArray<string> VibrationEndings = ["rms", "peak", "crest", "kurtosis"];
    private static readonly ImmutableArray<string> CurveEndings = ["peak", "angle", "rise", "second", "rest", "ripple", "spread"];

    private readonly ImmutableArray<string> names;

    /// <summary>Of the block: the derived metrics' names start with it and a dot.</summary>
    public required string Metric { get; init; }

    public BlockKind Kind { get; init; }

    /// <summary>Samples per second, for payloads that do not say it; null: they must.</summary>
    public double? Rate { get; init; }

    /// <summary>Bands of the spectrum: <c>metric.band.name</c> is the RMS in it.</summary>
    public IReadOnlyList<BlockBand> Bands { get; init; } = [];

    /// <summary>The band whose envelope is taken; null for none.</summary>
    public BlockBand? Carrier { get; init; }

    /// <summary>Bands of the envelope's spectrum: <c>metric.envelope.name</c> is the RMS in it.</summary>
    public IReadOnlyList<BlockBand> EnvelopeBands { get; init; } = [];

    /// <summary>Of a curve: the metric that holds the angle of each point; empty for other kinds.</summary>
    public string Angle { get; init; } = "";

    /// <summary>Says which definition made a value; 1 to 128 characters.</summary>
    public string Version { get; init; } = "1";

    /// <summary>Names of the derived numbers, in the order in which they are derived.</summary>
    public ImmutableArray<string> Names
    {
        get => names.IsDefault ? [.. Endings().Select(e => $"{Metric}.{e}")] : names;
        init => names = value;
    }

    public string VersionName => $"{Metric}.{VersionEnding}";

    /// <summary>With its names spelled out once, for the path of each message.</summary>
    public BlockDefinition Settled() => this with { Names = Names };

    private IEnumerable<string> Endings() => Kind == BlockKind.Curve
        ? CurveEndings
        : VibrationEndings.Concat(Bands.Select(b => $"band.{b.Name}")).Concat(EnvelopeBands.Select(b => $"envelope.{b.Name}"));
}
