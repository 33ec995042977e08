using Millwright.Ingest.Payloads;

namespace Millwright.Ingest.Hosting;

/// <param name="Position">Of the last record in the log; -1 when the message left none.</param>
/// <param name="Code">Why it, or a part of it, went to quarantine; null when all became samples.</param>
public sealed record IntakeResult(DecodeResult Decoded, long Position, string? Code, string Detail);
