namespace Millwright.Core.Detection;

/// <summary>
/// A detector that can be told to let go: its question no longer stands, e.g. because the asset left the states it judges.
/// </summary>
internal interface IEndsAnomalies
{
    /// <summary>Ends every anomaly that is open. What was learned stays.</summary>
    void End(DateTimeOffset eventTime, ICollection<Anomaly> findings);
}
