using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a live measurement trembles. One that repeats the same bits over and over, while the machine runs, is no measurement any
/// more.
///
/// Method: per metric the length of the present run of equal values, and per operating state how often the metric changed and how long its
/// longest run was. It fires when the run has enough samples, lasts long enough, and is several times the longest run known; it clears when
/// the value changes. Which states count as running is not asked: a metric that stands still in a state (power at zero while off) never
/// gathers changes there, and so is never judged there.
///
/// Trap: set points, counters and coarse sensors rest by nature. The longest run known raises the bar for them, and a run that fired raises
/// it too, but at most to twice what it was: a nuisance ends after a few, a sensor that dies for a week does not blind us for a month.
///
/// Source: flat-line test of the quality control of ocean and weather stations (IOOS QARTOD), with a learned limit.
/// </summary>
public sealed class StuckDetector : IDetector, IEndsAnomalies, IRelearns
{
    private const byte StateVersion = 2;
    private const double Limit = 1;

    private readonly StuckParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly StateSlots slots = new();
    private readonly Track[] tracks;

    public StuckDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, StuckParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, StuckParameters.Kind);
        tracks = new Track[watched.Count];
        Reset();
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
        track.SeenAt = observation.EventTime;
        if (track.Slot != slot)
        {
            // A run that crosses states is not one run: standing still may be right in one of them.
            End(track, observation, findings);
            track.Slot = slot;
            track.Begin(observation);
        }
        else if (observation.Value == track.Value)
        {
            track.Length = Math.Min(track.Length, int.MaxValue - 1) + 1;
            JudgeRun(track, observation, findings);
        }
        else
        {
            Change(track, observation, findings);
        }
    }

    /// <summary>Each metric has a track of its own, and in one operating state the tracks share nothing.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) => true;

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    /// <summary>The score of the present run, whether or not the metric is known to move: that it is not is the warm-up.</summary>
    public Decision? DecisionOf(int metric)
    {
        int position = watched.PositionOf(metric);
        if (position < 0 || tracks[position].SeenAt == default)
        {
            return null;
        }

        Track track = tracks[position];
        Observation last = new(metric, track.SeenAt, track.Value, default);
        int slot = StateSlots.Known(track.Slot);
        double known = slot >= 0 ? (double)track.Changes[slot] / parameters.MinChanges : 0;
        LastJudgement judged = known < 1
            ? LastJudgement.Unscored(last, DecisionVerdict.Warming)
            : LastJudgement.Scored(last, track.Before, Score(track, last), track.IsActive ? DecisionVerdict.Active : DecisionVerdict.Quiet);
        return judged.ToDecision(Identity, metric, Limit, known);
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            End(tracks[position], new Observation(watched[position], eventTime, tracks[position].Value, default), findings);
            tracks[position].Slot = StateSlots.Left(tracks[position].Slot);
        }
    }

    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            Track track = tracks[position];
            if (metric < 0 || watched[position] == metric)
            {
                End(track, new Observation(watched[position], eventTime, track.Value, default), findings);
                tracks[position] = new Track();
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
        Reset();
        int count = reader.Count(4);
        for (int i = 0; i < count; i++)
        {
            int position = watched.PositionOf(reader.Int32());
            Track track = Track.Restore(reader, version);
            if (position >= 0)
            {
                tracks[position] = track;
            }
        }
    }

    private void Reset()
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position] = new Track();
        }
    }

    private void JudgeRun(Track track, in Observation observation, ICollection<Anomaly> findings)
    {
        if (track.IsActive || track.Changes[track.Slot] < parameters.MinChanges)
        {
            return;
        }

        double score = Score(track, observation);
        if (score >= Limit)
        {
            track.IsActive = true;
            findings.Add(Finding.OfOne(Identity, observation, true, score, Limit, track.Before) with
            {
                WindowStart = track.Since,
                CounterfactualMetric = observation.Metric,
                CounterfactualIsUpper = track.Before < observation.Value,
                CounterfactualValue = track.Before,
            });
        }
    }

    private double Score(Track track, in Observation observation)
    {
        double bySamples = track.Length / Math.Max(parameters.Samples, parameters.Factor * track.Longest[StateSlots.Known(track.Slot)]);
        double seconds = parameters.Duration.TotalSeconds;
        double byTime = seconds > 0 ? (observation.EventTime - track.Since).TotalSeconds / seconds : double.MaxValue;
        return Math.Clamp(Math.Min(bySamples, byTime), 0, Finding.MaxScore);
    }

    private void Change(Track track, in Observation observation, ICollection<Anomaly> findings)
    {
        int known = track.Longest[track.Slot];
        int bar = track.IsActive ? (int)Math.Min(int.MaxValue, 2L * Math.Max(known, 1)) : int.MaxValue;
        track.Longest[track.Slot] = Math.Max(known, Math.Min(track.Length, bar));
        track.Changes[track.Slot] = Math.Min(track.Changes[track.Slot] + 1, parameters.MinChanges);
        DateTimeOffset since = track.Since;
        if (track.IsActive)
        {
            track.IsActive = false;
            findings.Add(Finding.OfOne(Identity, observation, false, 0, Limit, track.Value) with { WindowStart = since });
        }

        track.Before = track.Value;
        track.Begin(observation);
    }

    private void End(Track track, in Observation observation, ICollection<Anomaly> findings)
    {
        if (track.IsActive)
        {
            track.IsActive = false;
            findings.Add(Finding.OfOne(Identity, observation, false, 0, Limit, track.Value));
        }
    }

    private void Forget(int slot)
    {
        foreach (Track track in tracks)
        {
            track.Changes[slot] = 0;
            track.Longest[slot] = 0;
            track.Slot = StateSlots.Known(track.Slot) == slot ? Track.TakenSlot : track.Slot;
        }
    }

    private sealed class Track
    {
        public const int NoSlot = -1;
        public const int TakenSlot = -2;

        public int[] Changes { get; } = new int[StateSlots.MaxStates];

        public int[] Longest { get; } = new int[StateSlots.MaxStates];

        public int Slot { get; set; } = NoSlot;

        public double Value { get; private set; }

        /// <summary>The value before this run.</summary>
        public double Before { get; set; }

        public int Length { get; set; }

        public DateTimeOffset Since { get; private set; }

        public bool IsActive { get; set; }

        public DateTimeOffset SeenAt { get; set; }

        public void Begin(in Observation observation)
        {
            Value = observation.Value;
            Since = observation.EventTime;
            Length = 1;
        }

        public void Save(StateWriter writer)
        {
            writer.Int32(Slot);
            writer.Double(Value);
            writer.Double(Before);
            writer.Int32(Length);
            writer.Instant(Since);
            writer.Boolean(IsActive);
            writer.Instant(SeenAt);
            for (int slot = 0; slot < StateSlots.MaxStates; slot++)
            {
                writer.Int32(Changes[slot]);
                writer.Int32(Longest[slot]);
            }
        }

        public static Track Restore(StateReader reader, byte version)
        {
            Track track = new()
            {
                Slot = StateSlots.ReadSlot(reader),
                Value = reader.Double(),
                Before = reader.Double(),
                Length = reader.Int32(),
                Since = reader.Instant(),
                IsActive = reader.Boolean(),
                SeenAt = version > 1 ? reader.Instant() : default,
            };
            for (int slot = 0; slot < StateSlots.MaxStates; slot++)
            {
                track.Changes[slot] = reader.Int32();
                track.Longest[slot] = reader.Int32();
            }

            return track;
        }
    }
}
