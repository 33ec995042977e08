using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>
/// A change of an asset's detectors that was made while it ran. It is an input like a sample: it has a place in event time, is kept with
/// the
/// twin's checkpoint, and every replay makes it again at the same place.
/// </summary>
public sealed record DetectorChange
{
    /// <summary>Most changes kept of one asset; a change in the plant's files lets those of its detector go.</summary>
    public const int MaxKept = 64;

    public required DetectorChangeKind Kind { get; init; }

    public required string DetectorId { get; init; }

    /// <summary>Kind and version of the detector that becomes a shadow or live, or goes.</summary>
    public required string DetectorKind { get; init; }

    public required string Version { get; init; }

    /// <summary>Event time: samples before it are judged by what was, samples at it and after it by what is then.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Of a new shadow.</summary>
    public DetectorDefinition? Definition { get; init; }

    /// <summary>What the plant's files said of this id at the time: as long as they say it, the change stands.</summary>
    public required string Files { get; init; }

    /// <summary>The files' own live detector and shadow at the time; null for none, or for a default.</summary>
    public DetectorDefinition? FileLive { get; init; }

    public DetectorDefinition? FileShadow { get; init; }

    public required string Operator { get; init; }

    public required DateTimeOffset RecordedTime { get; init; }
}
