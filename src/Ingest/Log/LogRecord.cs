namespace Millwright.Ingest.Log;

/// <summary>A record as the reader sees it; the payload is valid until the next read.</summary>
public readonly ref struct LogRecord(long position, LogRecordKind kind, ReadOnlySpan<byte> payload)
{
    public long Position { get; } = position;

    public LogRecordKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}
