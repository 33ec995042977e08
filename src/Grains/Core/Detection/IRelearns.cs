namespace Millwright.Core.Detection;

/// <summary>A detector that learns what is normal and can be told that the machine is no longer the one it learned.</summary>
internal interface IRelearns
{
    /// <summary>
    /// Ends what is open about a metric and forgets what was learned of it, in all operating states; a detector that judges several
    /// together forgets all of them. -1 means every metric.
    /// </summary>
    void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings);
}
