using Millwright.Core.Peers;

namespace Millwright.Grains.Peers;

/// <summary>One metric of an asset beside its peers, in one operating state and band of load.</summary>
/// <param name="Band">0 for the lowest load; always 0 without a load.</param>
/// <param name="Asset">Null when the asset has nothing of it.</param>
/// <param name="Peers">Null when no peer has enough of it.</param>
/// <param name="Deviation">How far the asset's level lies from the peers' centre, in their scales; null when it cannot be said.</param>
/// <param name="Difference">The same in the metric's unit.</param>
/// <param name="Reason">Why there is no comparison, a code of docs/reason-codes.md; empty when there is one.</param>
public sealed record PeerEntry(
    string Metric, string Unit, string State, int Band, PeerLevel? Asset, PooledLevel? Peers, double? Deviation, double? Difference,
    string Reason);
