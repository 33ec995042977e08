using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a metric that stopped arriving cannot say so; somebody has to look at the clock.
///
/// Method: the wait of a metric begins at the first <see cref="Advance"/> after its last sample and grows by the progress of <c>now</c>
/// from look to look, until it reaches the timeout. The verdict is dated last event time plus timeout, so that it is the same verdict (and
/// alert id) whenever the clock happened to be read. The next sample ends it.
///
/// Trap: <c>now</c> and event time are two clocks. A recording of last year, or a backlog after a restart, has event times far behind
/// <c>now</c>; their difference says nothing about silence. Only the progress of <c>now</c> does, and only while we were up to listen:
/// between two looks at most half the timeout counts, so that an hour in which we were down is not an hour of silence.
///
/// Source: heartbeat failure detection with a fixed timeout; the second clock is what stream processors call an idle source.
/// </summary>
public sealed class SilenceDetector : IDetector, IEndsAnomalies
{
    private const byte StateVersion = 1;
    private const double Limit = 1;
    private const long NotWaiting = -1;

    private readonly SilenceParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly Track[] tracks;
    private DateTimeOffset? lastLook;

    public SilenceDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, SilenceParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, SilenceParameters.Kind);
        tracks = new Track[watched.Count];
    }

    public DetectorIdentity Identity { get; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0)
        {
            return;
        }

        // Any sample breaks the silence; a value that is not a number does not become the last one shown.
        ref Track track = ref tracks[position];
        track.Value = double.IsFinite(observation.Value) ? observation.Value : track.Value;
        if (track.IsActive)
        {
            track.IsActive = false;
            findings.Add(Verdict(position, track, false, observation.EventTime));
        }

        track.IsHeard = true;
        track.WaitedTicks = NotWaiting;
        track.LastEventTime = observation.EventTime > track.LastEventTime ? observation.EventTime : track.LastEventTime;
    }

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
        long progress = lastLook is { } last ? Math.Clamp((now - last).Ticks, 0, parameters.Timeout.Ticks / 2) : 0;
        lastLook = now;
        for (int position = 0; position < tracks.Length; position++)
        {
            ref Track track = ref tracks[position];
            if (!track.IsHeard || track.IsActive)
            {
                continue;
            }

            track.WaitedTicks = track.WaitedTicks == NotWaiting ? 0 : track.WaitedTicks + progress;
            if (track.WaitedTicks >= parameters.Timeout.Ticks)
            {
                track.IsActive = true;
                findings.Add(Verdict(position, track, true, track.LastEventTime + parameters.Timeout));
            }
        }
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            ref Track track = ref tracks[position];
            if (track.IsActive)
            {
                findings.Add(Verdict(position, track, false, eventTime));
            }

            // Heard anew from the next sample on: in a state that is not judged silence may be right.
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
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        Array.Clear(tracks);
        bool hasLooked = reader.Boolean();
        DateTimeOffset look = reader.Instant();
        lastLook = hasLooked ? look : null;
        int count = reader.Count(4 + 8 + 8 + 8 + 1 + 1);
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
            };
            if (position >= 0)
            {
                tracks[position] = track;
            }
        }
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
    }
}
