namespace Millwright.Ingest.Quarantine;

/// <summary>A message that could not become samples, kept with the reason so that nothing is lost silently.</summary>
public sealed record QuarantinedMessage
{
    /// <summary>Payload bytes kept; a longer payload is cut and <see cref="PayloadLength"/> says how long it was.</summary>
    public const int MaxPayload = 65_536;

    /// <summary>Position of its record in the log: its id.</summary>
    public required long Position { get; init; }

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
