namespace Millwright.Silo.Announcing;

/// <summary>An alert that a receiver would not take, or whose row is damaged, kept for whoever looks into it.</summary>
/// <param name="Ordinal">Its place in the alert store.</param>
/// <param name="AlertId">Of a damaged row: <c>ordinal n</c>.</param>
/// <param name="Reason">A code of docs/reason-codes.md and what the receiver said.</param>
public sealed record RefusedAlert(string Receiver, long Ordinal, string AlertId, string Reason, DateTimeOffset Refused);
