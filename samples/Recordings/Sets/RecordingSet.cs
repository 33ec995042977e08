using System.IO.Enumeration;
using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>An adapter: knows the files of one recording, their quirks, and how such a plant would speak.</summary>
public abstract class RecordingSet
{
    /// <summary>As on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Folder below the data directory and below samples/.</summary>
    public virtual string Folder => Name;

    public abstract string Description { get; }

    /// <summary>
    /// Where the recording has no calendar time, the instant that its time zero is given; null when it has its own times.
    /// </summary>
    public virtual DateTimeOffset? AssumedStart => null;

    /// <summary>The message as the plant behind this recording would send it; samples/ holds the rule that reads it.</summary>
    public abstract PlantMessage Encode(RecordedRecord record);

    /// <summary>One stream per asset, each in the order of event time.</summary>
    internal abstract IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log);

    internal static bool IsWanted(string asset, RecordingOptions options)
        => options.Assets.Count == 0 || options.Assets.Any(p => FileSystemName.MatchesSimpleExpression(p, asset, ignoreCase: false));

    internal static IEnumerable<string> Files(string folder, string pattern)
        => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
}

/// <summary>One asset's records; they are read while they are enumerated.</summary>
internal sealed record AssetRecording(string AssetId, IEnumerable<RecordedRecord> Records);
