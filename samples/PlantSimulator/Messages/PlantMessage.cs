namespace Millwright.Simulation.Messages;

/// <summary>One message of the plant, ready for the wire.</summary>
/// <param name="Payload">UTF-8 JSON; owned by the message.</param>
/// <param name="AssetId">The asset (or gateway) that sends it.</param>
public sealed record PlantMessage(string Topic, ReadOnlyMemory<byte> Payload, DateTimeOffset EventTime, string AssetId);
