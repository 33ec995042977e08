namespace Millwright.Core.Peers;

/// <summary>One metric as the peers have it in one operating state.</summary>
/// <param name="Name">Metric name.</param>
/// <param name="Unit">Its unit at the peers; an asset that measures in another adopts nothing.</param>
/// <param name="Centre">Middle of the peers' levels.</param>
/// <param name="Within">Standard deviation about its own level that a peer has; above zero.</param>
/// <param name="Between">Standard deviation of the levels of assets about the centre, as far as these few peers tell.</param>
public readonly record struct PriorMetric(string Name, string Unit, double Centre, double Within, double Between);
