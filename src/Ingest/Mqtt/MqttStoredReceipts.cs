namespace Millwright.Ingest.Mqtt;

/// <summary>QoS 2 packet ids that our own session at another broker has received, committed and not yet seen released.</summary>
/// <param name="LogId">The log that <paramref name="Position"/> is of.</param>
/// <param name="Position">Where to read on in the journal.</param>
public sealed record MqttStoredReceipts(string ClientId, string LogId, long Position, IReadOnlyList<ushort> Received);
