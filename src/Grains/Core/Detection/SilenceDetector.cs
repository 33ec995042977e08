using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a metric that stopped arriving cannot say so; somebody has to look at the clock.
///
/// Method: a pause between two samples of a metric that is longer than the timeout is silence. It begins at the last sample plus
/// the timeout and is found when event time, carried on by other metrics or by its own next sample, has passed that instant; the next
/// sample ends it. While nothing comes at all, the clock claims the same verdict: the wait of a metric begins at the first
/// <see cref="Advance"/> after its
/// last sample and grows by the progress of <c>now</c> from look to look.
///
/// Trap: <c>now</c> and event time are two clocks. A recording of last year, or a backlog after a restart, has event times far behind
/// <c>now</c>; their difference says nothing about silence. Only the progress of <c>now</c> does, and only while we were up to listen:
/// between two looks at most half the timeout counts, so that an hour in which we were down is not an hour of silence. And what the clock
/// says depends on when it was read, so it never enters the detector's verdicts: a sample that was only delayed refutes the claim.
///
/// Source: heartbeat failure detection with a fixed timeout; the second clock is what stream processors call an idle source.
/// </summary>
public sealed class SilenceDetector : IDetector, IEndsAnomalies, IWatchesTime
{
    private const byte StateVersion = 2;
    private const double Limit = 1;
    private const long NotWaiting = -1;

    private readonly SilenceParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly Track[] tracks;
    private DateTimeOffset? lastLook;
    private long nextDue = Ticks.Never;

    public SilenceDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, SilenceParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, SilenceParameters.Kind);
        tracks = new Track[watched.Count];
    }

    public DetectorIdentity Identity { get; }

    public long NextDue => nextDue;

    public int OverdueChanges { get; private set; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0)
        {
            return;
        }

        ref Track track = ref tracks[position];
        Begin(position, ref track, observation.EventTime, findings);

        // Any sample breaks the silence; a value that is not a number does not become the last one shown.
        track.Value = double.IsFinite(observation.Value) ? observation.Value : track.Value;
        if (track.IsActive)
        {
            track.IsActive = false;
            findings.Add(Verdict(position, track, false, observation.EventTime));
        }

        track.IsHeard = true;
        track.WaitedTicks = NotWaiting;
        Claim(ref track, false);
        track.LastEventTime = observation.EventTime > track.LastEventTime ? observation.EventTime : track.LastEventTime;
        nextDue = Math.Min(nextDue, Due(track));
    }

    public bool Joins(in Observation observation, in DetectionContext context)
    {
        int position = watched.PositionOf(observation.Metric);
        return position < 0 || !tracks[position].IsActive;
    }

    public void Pass(long ticks, ICollection<Anomaly> findings)
    {
        nextDue = Ticks.Never;
        for (int position = 0; position < tracks.Length; position++)
        {
            ref Track track = ref tracks[position];
            Begin(position, ref track, Ticks.ToInstant(ticks), findings);
            nextDue = Math.Min(nextDue, Due(track));
        }
    }

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
        long progress = lastLook is { } last ? Math.Clamp((now - last).Ticks, 0, parameters.Timeout.Ticks / 2) : 0;
        lastLook = now;
        for (int position = 0; position < tracks.Length; position++)
        {
            ref Track track = ref tracks[position];
            if (!track.IsHeard || track.IsActive || track.IsOverdue)
            {
                continue;
            }

            track.WaitedTicks = track.WaitedTicks == NotWaiting ? 0 : track.WaitedTicks + progress;
            if (track.WaitedTicks >= parameters.Timeout.Ticks)
            {
                Claim(ref track, true);
                findings.Add(Verdict(position, track, true, track.LastEventTime + parameters.Timeout));
            }
        }
    }

    public void CollectOverdue(ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            if (tracks[position].IsOverdue)
            {
                findings.Add(Verdict(position, tracks[position], true, tracks[position].LastEventTime + parameters.Timeout));
            }
        }
    }

    public bool Reclaim(int metric, DateTimeOffset begin)
    {
        int position = watched.PositionOf(metric);
        if (position < 0 || tracks[position] is not { IsHeard: true, IsActive: false, LastEventTime: var last }
            || last + parameters.Timeout != begin)
        {
            return false;
        }

        Claim(ref tracks[position], true);
        return true;
    }

    public object TakeWaits() => (lastLook, (Track[])tracks.Clone());

    public void KeepWaits(object waits)
    {
        (DateTimeOffset? look, Track[] before) = ((DateTimeOffset?, Track[]))waits;
        lastLook = look;
        OverdueChanges++;
        for (int position = 0; position < tracks.Length; position++)
        {
            // The clock's word is about the sample after which it was given. After another sample the wait begins anew.
            ref Track track = ref tracks[position];
            bool stands = track.IsHeard && !track.IsActive && before[position].IsHeard
                && before[position].LastEventTime == track.LastEventTime;
            track.WaitedTicks = stands ? before[position].WaitedTicks : NotWaiting;
            track.IsOverdue = stands && before[position].IsOverdue;
        }
    }

    /// <summary>Dated when it was heard last, or when the silence began. What only the clock claims is open too.</summary>
    public Decision? DecisionOf(int metric)
    {
        int position = watched.PositionOf(metric);
        if (position < 0 || !tracks[position].IsHeard)
        {
            return null;
        }

        ref Track track = ref tracks[position];
        bool isOpen = track.IsActive || track.IsOverdue;
        DateTimeOffset at = isOpen ? track.LastEventTime + parameters.Timeout : track.LastEventTime;
        Observation last = new(metric, at, track.Value, default);
        return LastJudgement.Scored(last, track.Value, isOpen ? Limit : 0, isOpen ? DecisionVerdict.Active : DecisionVerdict.Quiet)
            .ToDecision(Identity, metric, Limit);
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        nextDue = Ticks.Never;
        for (int position = 0; position < tracks.Length; position++)
        {
            ref Track track = ref tracks[position];
            Begin(position, ref track, eventTime, findings);
            if (track.IsActive)
            {
                findings.Add(Verdict(position, track, false, eventTime));
            }

            // Heard anew from the next sample on: in a state that is not judged silence may be right.
            Claim(ref track, false);
            track = new Track { Value = track.Value };
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Boolean(lastLook is not null);
        writer.Instant(lastLook ?? default);
        writer.Int32(tracks.Length);
        for (int position = 0; position < tracks.Length; position++)
        {
            writer.Int32(watched[position]);
            writer.Instant(tracks[position].LastEventTime);
            writer.Double(tracks[position].Value);
            writer.Int64(tracks[position].WaitedTicks);
            writer.Boolean(tracks[position].IsHeard);
            writer.Boolean(tracks[position].IsActive);
            writer.Boolean(tracks[position].IsOverdue);
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(StateVersion);
        Array.Clear(tracks);
        nextDue = Ticks.Never;
        OverdueChanges++;
        bool hasLooked = reader.Boolean();
        DateTimeOffset look = reader.Instant();
        lastLook = hasLooked ? look : null;
        int count = reader.Count(4 + 8 + 8 + 8 + 1 + 1 + (version > 1 ? 1 : 0));
        for (int i = 0; i < count; i++)
        {
            int position = watched.PositionOf(reader.Int32());
            Track track = new()
            {
                LastEventTime = reader.Instant(),
                Value = reader.Double(),
                WaitedTicks = reader.Int64(),
                IsHeard = reader.Boolean(),
                IsActive = reader.Boolean(),
                IsOverdue = version > 1 && reader.Boolean(),
            };
            if (position >= 0)
            {
                tracks[position] = track;
                nextDue = Math.Min(nextDue, Due(track));
            }
        }
    }

    private long Due(in Track track) =>
        track.IsHeard && !track.IsActive ? Ticks.Add(track.LastEventTime.UtcTicks, parameters.Timeout.Ticks) : Ticks.Never;

    private void Begin(int position, ref Track track, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (track.IsHeard && !track.IsActive && eventTime - track.LastEventTime > parameters.Timeout)
        {
            track.IsActive = true;
            Claim(ref track, false);
            findings.Add(Verdict(position, track, true, track.LastEventTime + parameters.Timeout));
        }
    }

    private void Claim(ref Track track, bool isOverdue)
    {
        OverdueChanges += track.IsOverdue != isOverdue ? 1 : 0;
        track.IsOverdue = isOverdue;
    }

    /// <summary>
    /// The score is the limit itself, not the time waited: how late the clock was read must not show in what is replayed.
    /// </summary>
    private Anomaly Verdict(int position, in Track track, bool isRaised, DateTimeOffset eventTime)
    {
        Observation last = new(watched[position], eventTime, track.Value, default);
        return Finding.OfOne(Identity, last, isRaised, isRaised ? Limit : 0, Limit, track.Value) with
        {
            WindowStart = track.LastEventTime,
            Completeness = isRaised ? 0 : 1,
        };
    }

    private struct Track
    {
        public DateTimeOffset LastEventTime;
        public long WaitedTicks;
        public double Value;
        public bool IsHeard;
        public bool IsActive;

        // Only the clock says so, no sample yet.
        public bool IsOverdue;
    }
}
