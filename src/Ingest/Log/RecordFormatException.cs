namespace Millwright.Ingest.Log;

/// <summary>A record whose frame is whole but whose content is not ours: another version, or a bug.</summary>
public sealed class RecordFormatException(string detail) : LogException("log.record.format", detail);
