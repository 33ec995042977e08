namespace Millwright.Ingest.Payloads;

/// <summary>What became of one message; the counts feed the sum of fates.</summary>
/// <param name="Outcome">The message as a whole.</param>
/// <param name="Records">Records given to the sink.</param>
/// <param name="Samples">Samples given to the sink.</param>
/// <param name="RejectedElements">Elements of the message that were refused, each for its own reason.</param>
/// <param name="MissingValues">Nulls: named, but without a value; no sample, no fault.</param>
public readonly record struct DecodeResult(DecodeOutcome Outcome, int Records, int Samples, int RejectedElements, int MissingValues);
