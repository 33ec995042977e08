namespace Millwright.Ingest.Quarantine;

/// <summary>A message that could not become samples, kept with the reason so that nothing is lost silently.</summary>
public sealed record QuarantinedMessage
{
    /// <summary>Payload bytes kept; a longer payload is cut and <see cref="PayloadLength"/> says how long it was.</summary>
    public const int MaxPayload = 65_536;

    /// <summary>The log that the position belongs to; empty where it was not noted.</summary>
    public string LogId { get; init; } = "";

    /// <summary>Position of its record in the log. With <see cref="LogId"/> and <see cref="Index"/>: its id.</summary>
    public required long Position { get; init; }

    /// <summary>Tells several messages of one record apart.</summary>
    public int Index { get; init; }

    /// <summary>Place in the store's order, ascending; 0 before it is stored.</summary>
    public long Ordinal { get; init; }

    /// <summary>The stored row is not what was written: its checksum differs. Content and reason may be wrong.</summary>
    public bool IsDamaged { get; init; }

    public required DateTimeOffset IngestTime { get; init; }

    /// <summary>Listener and client, e.g. <c>mqtt:client-7</c>.</summary>
    public required string Source { get; init; }

    public required string Topic { get; init; }

    /// <summary>Stable code, e.g. <c>payload.json.invalid</c>, <c>payload.time.missing</c>, <c>asset.id.invalid</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What is wrong, for a person.</summary>
    public required string Detail { get; init; }

    public required int PayloadLength { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }
}
