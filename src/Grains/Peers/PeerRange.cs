namespace Millwright.Grains.Peers;

/// <summary>The stretch of event time [From, To) that is looked at.</summary>
public readonly record struct PeerRange(DateTimeOffset From, DateTimeOffset To);
