using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a metric is unusual when it lies far from where it lay lately, measured in its own spread, while the machine does the same.
///
/// Method: per metric and operating state the newest samples, kept sorted. Centre is the median; spread is the larger of the quartile range
/// / 1.349 and the 10–90 % range / 2.563, which agree on a bell curve. The quartiles alone call a metric constant that flickers between two
/// values for a fifth of the time. A sample is judged before it is added. An outlier enters clipped half-way to the limit, so one spike
/// changes nothing, while a lasting step widens the spread with each sample until it is the new normal.
///
/// Trap: with n samples the spread itself is a guess, and dividing by it gives Student's tails rather than a bell's (a range estimate from
/// n samples is worth about 0.37 n degrees of freedom). The spread is therefore widened by 1 + (22/n)², fitted to the 1e-6 quantile of that
/// distribution: without it, baselines of 30 samples would cry on pure noise. A constant metric has no spread at all: floors relative to
/// the median and absolute keep scores finite.
///
/// Source: median and quartile scores after Iglewicz and Hoaglin (1993); clipping is Huber's winsorising.
/// </summary>
public sealed class RobustZDetector : IDetector, IEndsAnomalies, IRelearns
{
    /// <summary>
    /// An open finding ends at this share of the threshold, so that a value that trembles about the limit is one finding and not ten.
    /// </summary>
    private const double ClearShare = 0.5;

    private const byte StateVersion = 2;

    private readonly RobustZParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly StateSlots slots = new();
    private readonly Track[] tracks;

    public RobustZDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, RobustZParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, RobustZParameters.Kind);
        tracks = new Track[watched.Count];
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position] = new Track();
        }
    }

    public DetectorIdentity Identity { get; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0 || !double.IsFinite(observation.Value))
        {
            return;
        }

        int slot = slots.SlotOf(context.OperatingState, out bool taken);
        if (taken)
        {
            Forget(slot);
        }

        Track track = tracks[position];
        if (track.Slot != slot)
        {
            ChangeState(track, slot, observation, findings);
        }

        if (observation.EventTime.UtcTicks >= track.SettledTicks)
        {
            Judge(track, track.Baselines[slot] ??= new SortedWindow(parameters.MaxSamples), observation, findings);
        }
        else
        {
            track.Judged = LastJudgement.Unscored(observation, DecisionVerdict.Suspended);
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
        if (position < 0)
        {
            return null;
        }

        Track track = tracks[position];
        int samples = track.Slot >= 0 ? track.Baselines[track.Slot]?.Count ?? 0 : 0;
        return track.Judged.ToDecision(Identity, metric, parameters.Threshold, (double)samples / parameters.MinSamples);
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            End(tracks[position], new Observation(watched[position], eventTime, tracks[position].Last, default), findings);
        }
    }

    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            if (metric < 0 || watched[position] == metric)
            {
                End(tracks[position], new Observation(watched[position], eventTime, tracks[position].Last, default), findings);
                Array.Clear(tracks[position].Baselines);
                tracks[position].Judged = default;
            }
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        slots.Save(writer);
        writer.Int32(tracks.Length);
        for (int position = 0; position < tracks.Length; position++)
        {
            writer.Int32(watched[position]);
            tracks[position].Save(writer);
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(StateVersion);
        slots.Restore(reader);
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position] = new Track();
        }

        int count = reader.Count(4);
        for (int i = 0; i < count; i++)
        {
            int position = watched.PositionOf(reader.Int32());
            Track track = Track.Restore(reader, version, parameters.MaxSamples);
            if (position >= 0)
            {
                tracks[position] = track;
            }
        }
    }

    private void Judge(Track track, SortedWindow baseline, in Observation observation, ICollection<Anomaly> findings)
    {
        long ticks = observation.EventTime.UtcTicks;
        track.Last = observation.Value;
        baseline.DropBefore(ticks - parameters.Window.Ticks, parameters.MinSamples);
        if (baseline.Count < parameters.MinSamples)
        {
            baseline.Add(ticks, observation.Value);
            track.Judged = LastJudgement.Unscored(observation, DecisionVerdict.Warming);
            return;
        }

        double median = baseline.Quantile(0.5);
        double scale = RobustScale.Of(baseline, parameters.MinScale * Math.Abs(median));
        double score = Math.Min(Math.Abs(observation.Value - median) / scale, Finding.MaxScore);
        bool isBeyond = score >= parameters.Threshold;
        bool isOut = isBeyond || (track.IsActive && score > parameters.Threshold * ClearShare);
        if (isOut != track.IsActive)
        {
            track.IsActive = isOut;
            findings.Add(Verdict(observation, isOut, score, median, scale) with
            {
                WindowStart = new DateTimeOffset(Math.Min(baseline.OldestTicks, ticks), TimeSpan.Zero),
            });
        }

        DecisionVerdict verdict = isOut ? DecisionVerdict.Active : DecisionVerdict.Quiet;
        track.Judged = LastJudgement.Scored(observation, median, score, verdict);
        double reach = parameters.Threshold * scale / 2;
        baseline.Add(ticks, isBeyond ? median + Math.CopySign(reach, observation.Value - median) : observation.Value);
    }

    private Anomaly Verdict(in Observation observation, bool isRaised, double score, double median, double scale)
    {
        Anomaly finding = Finding.OfOne(Identity, observation, isRaised, score, parameters.Threshold, median);
        if (!isRaised)
        {
            return finding;
        }

        // A thousandth inside the limit: at the limit itself rounding would decide.
        double reach = parameters.Threshold * scale * 0.999;
        bool isUpper = observation.Value > median;
        return finding with
        {
            CounterfactualMetric = observation.Metric,
            CounterfactualIsUpper = isUpper,
            CounterfactualValue = isUpper ? median + reach : median - reach,
        };
    }

    private void ChangeState(Track track, int slot, in Observation observation, ICollection<Anomaly> findings)
    {
        // What was unusual for the state before says nothing about this one: the claim ends with the state it was made in.
        End(track, observation, findings);

        // The very first state of a metric did not just begin; we only begin to see it.
        if (track.Slot != Track.NoSlot)
        {
            track.SettledTicks = observation.EventTime.UtcTicks + parameters.Settle.Ticks;
        }

        track.Slot = slot;
    }

    private void End(Track track, in Observation observation, ICollection<Anomaly> findings)
    {
        if (track.IsActive)
        {
            track.IsActive = false;
            findings.Add(Finding.OfOne(Identity, observation, false, 0, parameters.Threshold, observation.Value));
        }
    }

    private void Forget(int slot)
    {
        foreach (Track track in tracks)
        {
            track.Baselines[slot] = null;
            track.Slot = track.Slot == slot ? Track.TakenSlot : track.Slot;
        }
    }

    private sealed class Track
    {
        public const int NoSlot = -1;
        public const int TakenSlot = -2;

        public SortedWindow?[] Baselines { get; } = new SortedWindow?[StateSlots.MaxStates];

        public int Slot { get; set; } = NoSlot;

        public long SettledTicks { get; set; }

        public bool IsActive { get; set; }

        public double Last { get; set; }

        public LastJudgement Judged { get; set; }

        public void Save(StateWriter writer)
        {
            writer.Int32(Slot);
            writer.Int64(SettledTicks);
            writer.Boolean(IsActive);
            writer.Double(Last);
            Judged.Save(writer);
            foreach (SortedWindow? baseline in Baselines)
            {
                writer.Boolean(baseline is not null);
                baseline?.Save(writer);
            }
        }

        public static Track Restore(StateReader reader, byte version, int capacity)
        {
            Track track = new()
            {
                Slot = StateSlots.ReadSlot(reader),
                SettledTicks = reader.Int64(),
                IsActive = reader.Boolean(),
                Last = reader.Double(),
                Judged = version > 1 ? LastJudgement.Restore(reader) : default,
            };
            for (int slot = 0; slot < StateSlots.MaxStates; slot++)
            {
                track.Baselines[slot] = reader.Boolean() ? SortedWindow.Restore(reader, capacity) : null;
            }

            return track;
        }
    }
}
