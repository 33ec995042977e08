using Millwright.Core.Alerting;

namespace Millwright.Grains.Alerts;

/// <summary>What one version of a detector has told, and what operators made of it.</summary>
/// <param name="Assets">On how many assets it has alerted.</param>
/// <param name="Raised">Alerts told, also those that were retracted later and those that retention has removed since.</param>
/// <param name="Retracted">Retractions told.</param>
public sealed record DetectorTally(
    string Id, string Kind, string Version, long Assets, long Raised, long Retracted, Precision Precision);
