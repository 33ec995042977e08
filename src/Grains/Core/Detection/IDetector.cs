using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// A detector turns observations into anomalies. It is pure: no clock, no randomness, the same observations give the same anomalies.
/// It owns its hysteresis: for each subject it says once that an anomaly begins and once that it ends.
/// </summary>
public interface IDetector
{
    DetectorIdentity Identity { get; }

    /// <summary>
    /// Called with good-quality numeric samples, in event-time order per metric; metrics it does not watch are never passed.
    /// </summary>
    void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings);

    /// <summary>
    /// True when observing this now, after newer samples of other metrics, leaves the detector as if it had been observed in its turn.
    /// Asked when it is the newest of its metric and the operating state has not changed since. False is always right: the twin
    /// then rewinds.
    /// </summary>
    bool Joins(in Observation observation, in DetectionContext context) => false;

    /// <summary>
    /// Called from time to time with processing time. Only detectors of absence (silence) judge by it; what they find here is a claim
    /// that samples may yet refute.
    /// </summary>
    void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings);

    /// <summary>
    /// What it made of the last observation that it judged of a subject: a metric that it watches, or -1 when it judges several together.
    /// Null when it has not judged that subject. Costs only who asks.
    /// </summary>
    Decision? DecisionOf(int metric) => null;

    void Save(StateWriter writer);

    void Restore(StateReader reader);
}
