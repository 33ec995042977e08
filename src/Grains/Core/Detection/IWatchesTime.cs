namespace Millwright.Core.Detection;

/// <summary>
/// A detector of absence. Its verdicts are a function of event time: the samples of others show that time has gone on without the one it
/// waits for. The clock may say so earlier (<see cref="IDetector.Advance"/>), while nothing comes at all; what it says stays a claim
/// (overdue) until samples confirm or refute it.
/// </summary>
internal interface IWatchesTime
{
    /// <summary>The instant of event time beyond which something is absent; no later than the true one, never if nothing is waited
    /// for.</summary>
    long NextDue { get; }

    /// <summary>Grows with each change of what is overdue.</summary>
    int OverdueChanges { get; }

    /// <summary>Event time has passed <paramref name="ticks"/>: begins what was due before it.</summary>
    void Pass(long ticks, ICollection<Anomaly> findings);

    /// <summary>Adds what the clock claims and no sample has confirmed.</summary>
    void CollectOverdue(ICollection<Anomaly> findings);

    /// <summary>
    /// The clock has claimed before, in a state that is lost, that a metric is absent since <paramref name="begin"/>. True, and claimed
    /// again, when nothing that came since refutes it.
    /// </summary>
    bool Reclaim(int metric, DateTimeOffset begin);

    /// <summary>What the clock has shown so far, to be given to <see cref="KeepWaits"/> after the detector was taken back in event
    /// time.</summary>
    object TakeWaits();

    void KeepWaits(object waits);
}
