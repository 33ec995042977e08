using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// Says when a metric does what it never did. How is told in <see cref="NoveltyTrack"/>; here are the findings.
///
/// It does not ask for the operating state: the values of all states are known ones, and a start that looks like the last start is not new.
/// </summary>
public sealed class NoveltyDetector : IDetector, IEndsAnomalies
{
    private const byte StateVersion = 1;

    private readonly NoveltyParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly NoveltyEpisodes[] tracks;

    public NoveltyDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, NoveltyParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, NoveltyParameters.Kind);
        tracks = new NoveltyEpisodes[watched.Count];
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

        NoveltyEpisodes track = tracks[position];
        if (track.Observe(observation.Value, observation.EventTime.UtcTicks, out double? counterfactual))
        {
            findings.Add(Verdict(track, observation, counterfactual));
        }
    }

    /// <summary>Each metric has a track of its own; the tracks share nothing.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) => true;

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            if (tracks[position].End())
            {
                Observation last = new(watched[position], eventTime, tracks[position].LastValue, default);
                findings.Add(Finding.OfOne(Identity, last, false, 0, parameters.Threshold, tracks[position].LastExpected));
            }
        }
    }

    public Decision? DecisionOf(int metric)
    {
        int position = watched.PositionOf(metric);
        if (position < 0 || tracks[position].NewestTicks is not { } ticks)
        {
            return null;
        }

        NoveltyEpisodes track = tracks[position];
        bool isWarming = double.IsNaN(track.LastScore);
        return new Decision
        {
            Detector = Identity,
            Metric = metric,
            EventTime = new DateTimeOffset(ticks, TimeSpan.Zero),
            Score = track.LastScore,
            Threshold = parameters.Threshold,
            Verdict = isWarming ? DecisionVerdict.Warming : track.IsOpen ? DecisionVerdict.Active : DecisionVerdict.Quiet,
            Warmup = track.Warmup,
            Contributions = isWarming ? [] : [new MetricContribution(metric, track.LastValue, track.LastExpected, track.LastScore)],
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int32(tracks.Length);
        for (int position = 0; position < tracks.Length; position++)
        {
            writer.Int32(watched[position]);
            tracks[position].Save(writer);
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        Reset();
        int count = reader.Count(4);
        for (int i = 0; i < count; i++)
        {
            int position = watched.PositionOf(reader.Int32());
            NoveltyEpisodes track = new(parameters);
            track.Restore(reader);
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
            tracks[position] = new NoveltyEpisodes(parameters);
        }
    }

    private Anomaly Verdict(NoveltyEpisodes track, in Observation observation, double? counterfactual)
    {
        double score = track.IsOpen ? track.LastScore : 0;
        Anomaly finding = Finding.OfOne(Identity, observation, track.IsOpen, score, parameters.Threshold, track.LastExpected);
        if (!track.IsOpen)
        {
            return finding;
        }

        finding = finding with { WindowStart = new DateTimeOffset(track.LastWindowStart, TimeSpan.Zero) };
        return counterfactual is not { } value ? finding : finding with
        {
            CounterfactualMetric = observation.Metric,
            CounterfactualIsUpper = value < observation.Value,
            CounterfactualValue = value,
        };
    }
}
