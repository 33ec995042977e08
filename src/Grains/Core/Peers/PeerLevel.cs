namespace Millwright.Core.Peers;

/// <summary>What one metric of one asset was like in one operating state and band of load.</summary>
/// <param name="Metric">Metric name.</param>
/// <param name="State">Operating state.</param>
/// <param name="Band">0 for the lowest; always 0 without a load.</param>
/// <param name="Samples">That were looked at.</param>
/// <param name="Level">Median.</param>
/// <param name="Spread">Robust standard deviation.</param>
/// <param name="Tail">The same by how far one in a hundred lies: larger where a metric jumps at times.</param>
public readonly record struct PeerLevel(string Metric, string State, int Band, long Samples, double Level, double Spread, double Tail);
