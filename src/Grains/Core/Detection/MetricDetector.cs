using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// What detectors have in common that judge each metric for itself, by a baseline per operating state: the bookkeeping of states, of what
/// is open, and of the last judgement. The kinds differ in their <see cref="MetricBaseline"/> alone.
/// </summary>
internal abstract partial class MetricDetector : IDetector, IEndsAnomalies, IRelearns, IAdoptsPriors
{
    private const byte StateVersion = 1;

    /// <summary>With priors behind the rest; a detector without them has the version before it.</summary>
    private const byte PriorsVersion = 2;

    private readonly WatchedMetrics watched;
    private readonly StateSlots slots = new();
    private readonly MetricTrack[] tracks;
    private readonly long settle;
    private readonly double threshold;

    /// <param name="settle">How long it neither judges nor learns after the operating state changed.</param>
    protected MetricDetector(DetectorIdentity identity, WatchedMetrics watched, TimeSpan settle, double threshold)
    {
        Identity = identity;
        this.watched = watched;
        this.settle = settle.Ticks;
        this.threshold = threshold;
        tracks = new MetricTrack[watched.Count];
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position] = new MetricTrack();
        }
    }

    public DetectorIdentity Identity { get; }

    /// <summary>Versions of the kind's state from before it had this layout.</summary>
    protected virtual byte OlderVersions => 0;

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0 || !(Math.Abs(observation.Value) <= CellGrid.LargestValue))
        {
            return;
        }

        int slot = slots.SlotOf(context.OperatingState, out bool taken);
        if (taken)
        {
            Forget(slot);
        }

        MetricTrack track = tracks[position];
        if (track.Slot != slot)
        {
            ChangeState(track, slot, observation, findings);
        }

        if (observation.EventTime.UtcTicks < track.SettledTicks)
        {
            track.Judged = LastJudgement.Unscored(observation, DecisionVerdict.Suspended);
            return;
        }

        MetricBaseline baseline = track.Baselines[slot] ??= NewBaseline();
        MetricJudgement judged = track.Priors is null
            ? baseline.Judge(observation, track.IsActive)
            : JudgeByPrior(track, slot, baseline, observation);
        if (judged.Verdict == DecisionVerdict.Active != track.IsActive)
        {
            track.IsActive = !track.IsActive;
            findings.Add(Verdict(observation, judged, track.IsActive));
        }

        track.Judged = judged.IsHeld ? track.Judged with { Ticks = observation.EventTime.UtcTicks } : new LastJudgement(
            observation.EventTime.UtcTicks, judged.Observed, judged.Expected, judged.Score, judged.Verdict);
        track.PriorPeers = judged.PriorPeers;
    }

    /// <summary>Each metric has a track of its own, and in one operating state the tracks share nothing.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) => true;

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public Decision? DecisionOf(int metric)
    {
        int position = watched.PositionOf(metric);
        if (position < 0)
        {
            return null;
        }

        MetricTrack track = tracks[position];
        double warmup = track.Baseline?.Warmup ?? 0;
        Decision? decision = track.Judged.ToDecision(Identity, metric, threshold, warmup);
        return track.PriorPeers == 0 || decision is null || double.IsNaN(decision.Score)
            ? decision
            : decision with { PriorPeers = track.PriorPeers, Warmup = Math.Clamp(warmup, 0, 1) };
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            End(position, eventTime, findings);

            // It looks away from here on: whatever comes next is a change of state.
            tracks[position].Slot = StateSlots.Left(tracks[position].Slot);
        }
    }

    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            if (metric < 0 || watched[position] == metric)
            {
                End(position, eventTime, findings);
                Array.Clear(tracks[position].Baselines);
                tracks[position].Judged = default;
                tracks[position].PriorPeers = 0;
                tracks[position].Priors = null;
            }
        }
    }

    public void Save(StateWriter writer)
    {
        bool hasPriors = Array.Exists(tracks, t => t.Priors is not null || t.PriorPeers > 0);
        writer.Byte((byte)((hasPriors ? PriorsVersion : StateVersion) + OlderVersions));
        slots.Save(writer);
        writer.Int32(tracks.Length);
        for (int position = 0; position < tracks.Length; position++)
        {
            writer.Int32(watched[position]);
            tracks[position].Save(writer);
        }

        for (int position = 0; hasPriors && position < tracks.Length; position++)
        {
            tracks[position].SavePriors(writer);
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version((byte)(PriorsVersion + OlderVersions));
        slots.Restore(reader);
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position] = new MetricTrack();
        }

        MetricTrack[] stored = new MetricTrack[reader.Count(4)];
        for (int i = 0; i < stored.Length; i++)
        {
            int position = watched.PositionOf(reader.Int32());
            stored[i] = version <= OlderVersions ? RestoreOlder(reader, version) : MetricTrack.Restore(reader, NewBaseline);
            if (position >= 0)
            {
                tracks[position] = stored[i];
            }
        }

        for (int i = 0; version == PriorsVersion + OlderVersions && i < stored.Length; i++)
        {
            stored[i].RestorePriors(reader);
        }
    }

    protected abstract MetricBaseline NewBaseline();

    /// <summary>Reads a metric in the layout of one of <see cref="OlderVersions"/>.</summary>
    protected virtual MetricTrack RestoreOlder(StateReader reader, byte version) =>
        throw new StateFormatException("There is no older layout.");

    private Anomaly Verdict(in Observation observation, in MetricJudgement judged, bool isRaised)
    {
        Observation about = judged.AboutTicks == 0
            ? observation
            : observation with { EventTime = new DateTimeOffset(judged.AboutTicks, TimeSpan.Zero) };
        double score = isRaised || !double.IsNaN(judged.Score) ? judged.Score : 0;
        Anomaly finding = Finding.OfOne(Identity, about, isRaised, score, threshold, judged.Expected) with
        {
            WindowStart = judged.StartTicks == 0 ? about.EventTime : new DateTimeOffset(judged.StartTicks, TimeSpan.Zero),
            WindowEnd = observation.EventTime,
            Contributions = [new MetricContribution(observation.Metric, judged.Observed, judged.Expected, score)],
            PriorPeers = judged.PriorPeers,
        };
        return isRaised && judged.Counterfactual is { } value
            ? finding with
            {
                CounterfactualMetric = observation.Metric,
                CounterfactualValue = value,
                CounterfactualIsUpper = value < judged.Observed,
            }
            : finding;
    }

    private void ChangeState(MetricTrack track, int slot, in Observation observation, ICollection<Anomaly> findings)
    {
        // What was unusual for the state before says nothing about this one: the claim ends with the state it was made in.
        End(watched.PositionOf(observation.Metric), observation.EventTime, findings);

        // The very first state of a metric did not just begin; we only begin to see it.
        if (track.Slot != MetricTrack.NoSlot)
        {
            track.SettledTicks = Windows.Ticks.Add(observation.EventTime.UtcTicks, settle);
        }

        track.Slot = slot;
        track.Baseline?.Resume();
    }

    private void End(int position, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        MetricTrack track = tracks[position];
        if (track.IsActive)
        {
            track.IsActive = false;
            Observation last = new(watched[position], eventTime, track.Judged.Value, default);
            findings.Add(Finding.OfOne(Identity, last, false, 0, threshold, track.Judged.Value));
            track.Judged = track.Judged with { Verdict = DecisionVerdict.Suspended, Score = double.NaN, Baseline = double.NaN };
        }
    }

    private void Forget(int slot)
    {
        foreach (MetricTrack track in tracks)
        {
            track.Baselines[slot] = null;
            track.Slot = StateSlots.Known(track.Slot) == slot ? MetricTrack.TakenSlot : track.Slot;
        }
    }
}
