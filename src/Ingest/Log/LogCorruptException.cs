namespace Millwright.Ingest.Log;

/// <summary>
/// Bytes that were durable are not what was written. Never skipped: an operator decides, with the segment and the offset in hand.
/// </summary>
public sealed class LogCorruptException(string segment, long offset, string detail)
    : LogException("log.corrupt", $"Segment {segment} is damaged at byte {offset}: {detail}")
{
    public string Segment { get; } = segment;

    /// <summary>Byte offset in the segment's file.</summary>
    public long Offset { get; } = offset;
}
