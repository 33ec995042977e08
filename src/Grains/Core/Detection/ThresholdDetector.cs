using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: an engineer knows the limit; the work is in not crying twice about one crossing.
///
/// Method: per metric four phases: inside → crossing (beyond the limit, dwell runs) → beyond (fired) → returning (back inside, clear dwell
/// runs) → inside. Hysteresis moves the way back: once fired, a value counts as inside only <c>hysteresis</c> away from the limit. The
/// score is 1 at the limit and grows by 1 per span beyond it, where the span is the distance of the limits, or the size of the only one.
///
/// Trap: dwell is event time between samples that all lie beyond. One sample inside starts it again, and a gap in the data counts as held:
/// the last thing known about the metric was that it is beyond. Judging by the number of samples instead would make the same recording fire
/// differently at another rate.
///
/// Source: dead band and on/off delay as ISA-18.2 and EEMUA 191 describe them.
/// </summary>
public sealed class ThresholdDetector : IDetector, IEndsAnomalies
{
    private const byte StateVersion = 2;
    private const double Limit = 1;

    private readonly ThresholdParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly Track[] tracks;
    private readonly double span;

    public ThresholdDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, ThresholdParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, ThresholdParameters.Kind);
        tracks = new Track[watched.Count];
        span = Span(parameters);
    }

    private enum Phase : byte
    {
        Inside = 0,
        Crossing = 1,
        Beyond = 2,
        Returning = 3,
    }

    public DetectorIdentity Identity { get; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0 || !double.IsFinite(observation.Value))
        {
            return;
        }

        ref Track track = ref tracks[position];
        track.Last = observation;
        if (track.Phase is Phase.Beyond or Phase.Returning)
        {
            Leave(ref track, observation, findings);
        }

        if (track.Phase is Phase.Inside or Phase.Crossing)
        {
            Enter(ref track, observation, findings);
        }
    }

    /// <summary>Each metric has a track of its own, and in one operating state the tracks share nothing.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) => true;

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public Decision? DecisionOf(int metric)
    {
        int position = watched.PositionOf(metric);
        if (position < 0 || tracks[position].Last.EventTime == default)
        {
            return null;
        }

        ref Track track = ref tracks[position];
        bool isOpen = track.Phase is Phase.Beyond or Phase.Returning;
        bool isUpper = track.Phase == Phase.Inside ? IsNearerToUpper(track.Last.Value) : track.IsUpper;
        DecisionVerdict verdict = isOpen ? DecisionVerdict.Active
            : track.Phase == Phase.Crossing ? DecisionVerdict.Pending : DecisionVerdict.Quiet;
        return LastJudgement.Scored(track.Last, LimitOf(isUpper), Score(isUpper, track.Last.Value), verdict)
            .ToDecision(Identity, metric, Limit);
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        foreach (ref Track track in tracks.AsSpan())
        {
            if (track.Phase is Phase.Beyond or Phase.Returning)
            {
                findings.Add(Verdict(track, track.Last with { EventTime = eventTime }, false));
            }

            track.Phase = Phase.Inside;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int32(tracks.Length);
        for (int position = 0; position < tracks.Length; position++)
        {
            writer.Int32(watched[position]);
            writer.Byte((byte)tracks[position].Phase);
            writer.Boolean(tracks[position].IsUpper);
            writer.Instant(tracks[position].Since);
            writer.Double(tracks[position].Last.Value);
            writer.Instant(tracks[position].Last.EventTime);
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(StateVersion);
        Array.Clear(tracks);
        int count = reader.Count(4 + 1 + 1 + 8 + 8 + (version > 1 ? 8 : 0));
        for (int i = 0; i < count; i++)
        {
            int metric = reader.Int32();
            byte phase = reader.Byte();
            Track track = new() { Phase = (Phase)phase, IsUpper = reader.Boolean(), Since = reader.Instant() };
            double value = reader.Double();
            track.Last = new Observation(metric, version > 1 ? reader.Instant() : track.Since, value, default);
            if (phase > (byte)Phase.Returning)
            {
                throw new StateFormatException($"Threshold phase {phase} does not exist.");
            }

            // A metric that the model no longer names is read and forgotten; one that is new starts inside.
            int position = watched.PositionOf(metric);
            if (position >= 0)
            {
                tracks[position] = track;
            }
        }
    }

    private static double Span(ThresholdParameters parameters)
    {
        if (parameters is { Upper: { } upper, Lower: { } lower })
        {
            return upper - lower;
        }

        double size = Math.Max(Math.Abs(parameters.Upper ?? parameters.Lower ?? 0), parameters.Hysteresis);
        return size > 0 ? size : 1;
    }

    private void Enter(ref Track track, in Observation observation, ICollection<Anomaly> findings)
    {
        bool above = observation.Value >= parameters.Upper;
        bool below = observation.Value <= parameters.Lower;
        if (!above && !below)
        {
            track.Phase = Phase.Inside;
            return;
        }

        if (track.Phase == Phase.Inside || track.IsUpper != above)
        {
            track.Phase = Phase.Crossing;
            track.IsUpper = above;
            track.Since = observation.EventTime;
        }

        if (observation.EventTime - track.Since >= parameters.Dwell)
        {
            track.Phase = Phase.Beyond;
            findings.Add(Verdict(track, observation, true));
        }
    }

    private void Leave(ref Track track, in Observation observation, ICollection<Anomaly> findings)
    {
        if (HoldsOn(track.IsUpper, observation.Value))
        {
            track.Phase = Phase.Beyond;
            return;
        }

        if (track.Phase == Phase.Beyond)
        {
            track.Phase = Phase.Returning;
            track.Since = observation.EventTime;
        }

        if (observation.EventTime - track.Since >= parameters.ClearDwell)
        {
            findings.Add(Verdict(track, observation, false));
            track.Phase = Phase.Inside;
        }
    }

    private bool HoldsOn(bool isUpper, double value) => isUpper
        ? value >= parameters.Upper || value > parameters.Upper - parameters.Hysteresis
        : value <= parameters.Lower || value < parameters.Lower + parameters.Hysteresis;

    private double LimitOf(bool isUpper) => (isUpper ? parameters.Upper : parameters.Lower) ?? 0;

    private double Excess(bool isUpper, double value) => isUpper ? value - LimitOf(true) : LimitOf(false) - value;

    private double Score(bool isUpper, double value) => Math.Clamp(Limit + (Excess(isUpper, value) / span), 0, Finding.MaxScore);

    private bool IsNearerToUpper(double value) =>
        parameters.Lower is null || (parameters.Upper is not null && Excess(true, value) >= Excess(false, value));

    private Anomaly Verdict(in Track track, in Observation observation, bool isRaised)
    {
        double limit = LimitOf(track.IsUpper);
        double excess = Excess(track.IsUpper, observation.Value);
        double score = Score(track.IsUpper, observation.Value);
        Anomaly finding = Finding.OfOne(Identity, observation, isRaised, score, Limit, limit) with { WindowStart = track.Since };
        if (!isRaised)
        {
            return finding;
        }

        // Visibly inside, not the next double: the value is meant to be read, and at the limit itself it fires.
        double inside = Math.Max(excess / 100, span * 1e-6);
        return finding with
        {
            CounterfactualMetric = observation.Metric,
            CounterfactualIsUpper = track.IsUpper,
            CounterfactualValue = track.IsUpper ? limit - inside : limit + inside,
        };
    }

    private struct Track
    {
        public Phase Phase;
        public bool IsUpper;
        public DateTimeOffset Since;
        public Observation Last;
    }
}
