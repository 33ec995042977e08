using Millwright.Core;
using Millwright.Core.Detection;
using Millwright.Core.State;
using CoreAnomaly = Millwright.Core.Detection.Anomaly;

namespace Millwright.Detectors;

/// <summary>
/// Intuition: what an observable remembers cannot be written down. But what it has seen can, and then it can be made again.
///
/// Method: the samples that the composition has seen are kept. Once per span of its memory, at the span's boundaries from the Unix epoch,
/// it is thrown away and made anew from the samples of the last span, mute; where it then disagrees with what is open, it is right, and
/// the difference is told. A snapshot holds the samples; restoring feeds them to a new composition, mute. So the live composition, the
/// restored one and the replayed one have seen exactly the same.
///
/// Trap: without the renewal a composition that remembers more than it says (a running maximum) would know things after a day that a
/// restored one cannot know, and live would no longer equal replay.
/// </summary>
public sealed class ReactiveAdapter : IDetector, ILearnsAsAWhole, IDisposable
{
    /// <summary>Most samples it keeps; then the older half goes and the composition is made anew.</summary>
    public const int MaxSamples = 20_000;

    /// <summary>The first did not say of which metrics its samples are.</summary>
    private const byte StateVersion = 2;
    private readonly IReactiveDetector detector;
    private readonly IReadOnlyDictionary<string, double> parameters;
    private readonly string[] names;
    private readonly int[] metrics;
    private readonly List<Sample> samples = [];
    private readonly SortedDictionary<int, CoreAnomaly> open = [];
    private readonly long memory;
    private ReactivePipeline? pipeline;
    private long renewAt;
    private Sample last;

    /// <param name="metrics">Index and name of each metric that it watches.</param>
    /// <exception cref="ArgumentException">A parameter that the catalogue would refuse.</exception>
    public ReactiveAdapter(
        DetectorIdentity identity,
        IReactiveDetector detector,
        IReadOnlyList<(int Index, string Name)> metrics,
        IReadOnlyDictionary<string, double> parameters)
    {
        Identity = identity;
        this.detector = detector;
        this.metrics = [.. metrics.Select(m => m.Index)];
        names = [.. metrics.Select(m => m.Name)];
        memory = detector.Memory.Ticks;
        this.parameters = detector.Parameters.Where(p => p.Default is not null || parameters.ContainsKey(p.Name))
            .ToDictionary(p => p.Name, p => parameters.GetValueOrDefault(p.Name, p.Default ?? 0), StringComparer.Ordinal);
    }

    public DetectorIdentity Identity { get; }

    /// <summary>Why it is silent until the next boundary; null while it works.</summary>
    public string? Fault => pipeline?.Fault;

    public void Observe(in Observation observation, in DetectionContext context, ICollection<CoreAnomaly> findings)
    {
        int position = Array.IndexOf(metrics, observation.Metric);
        if (position < 0 || !double.IsFinite(observation.Value))
        {
            return;
        }

        var sample = new Sample(names[position], observation.EventTime, observation.Value, context.OperatingState);
        last = sample;
        if (pipeline is null || sample.EventTime.UtcTicks >= renewAt || samples.Count >= MaxSamples)
        {
            Renew(sample, findings);
        }

        samples.Add(sample);
        foreach (Anomaly found in pipeline!.Feed(sample))
        {
            Take(found, findings);
        }

        if (pipeline.Fault is not null)
        {
            End(sample.EventTime, findings);
        }
    }

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<CoreAnomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<CoreAnomaly> findings)
    {
        foreach (CoreAnomaly anomaly in open.Values)
        {
            findings.Add(Ended(anomaly, eventTime, anomaly.Contributions[0].Observed));
        }

        open.Clear();
    }

    /// <summary>It says what begins and ends; between them only that an anomaly is open is known.</summary>
    public Decision? DecisionOf(int metric)
    {
        int position = Array.IndexOf(metrics, metric);
        if (position < 0 || pipeline is null)
        {
            return null;
        }

        CoreAnomaly? anomaly = open.GetValueOrDefault(metric);
        return new Decision
        {
            Detector = Identity,
            Metric = metric,
            EventTime = last.EventTime,
            Score = anomaly?.Score ?? double.NaN,
            Threshold = anomaly?.Threshold ?? 1,
            Verdict = anomaly is not null ? DecisionVerdict.Active : Fault is null ? DecisionVerdict.Quiet : DecisionVerdict.Suspended,
            Contributions = anomaly?.Contributions ?? [],
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int32(metrics.Length);
        for (int position = 0; position < metrics.Length; position++)
        {
            writer.Int32(metrics[position]);
            writer.Text(names[position]);
        }

        writer.Int64(renewAt);
        writer.Int32(samples.Count);
        foreach (Sample sample in samples)
        {
            writer.Int32(Array.IndexOf(names, sample.Metric));
            writer.Instant(sample.EventTime);
            writer.Double(sample.Value);
            writer.Text(sample.OperatingState);
        }

        writer.Int32(open.Count);
        foreach (CoreAnomaly anomaly in open.Values)
        {
            writer.Int32(anomaly.Metric);
            writer.Instant(anomaly.EventTime);
            writer.Double(anomaly.Score);
            writer.Double(anomaly.Threshold);
            writer.Double(anomaly.Contributions[0].Observed);
            writer.Double(anomaly.Contributions[0].Baseline);
        }
    }

    public void Restore(StateReader reader)
    {
        if (reader.Version(StateVersion) > 1)
        {
            RequireSameMetrics(reader);
        }

        renewAt = reader.Int64();
        samples.Clear();
        for (int left = reader.Count(4 + 8 + 8 + 4); left > 0; left--)
        {
            int position = reader.Int32();
            if ((uint)position >= (uint)names.Length)
            {
                throw new StateFormatException("A detector of one's own cannot take the state of one of other metrics.");
            }

            samples.Add(new Sample(names[position], reader.Instant(), reader.Double(), reader.Text() ?? ""));
        }

        open.Clear();
        for (int left = reader.Count(4 + 8 + 32); left > 0; left--)
        {
            int metric = reader.Int32();
            DateTimeOffset at = reader.Instant();
            open[metric] = Finding(metric, at, isRaised: true, (reader.Double(), reader.Double()), (reader.Double(), reader.Double()));
        }

        pipeline?.Dispose();
        pipeline = samples.Count == 0 ? null : Make();
        last = samples.Count == 0 ? default : samples[^1];
    }

    public void Dispose() => pipeline?.Dispose();

    private void RequireSameMetrics(StateReader reader)
    {
        List<(int, string?)> stored = [];
        for (int left = reader.Count(8); left > 0; left--)
        {
            stored.Add((reader.Int32(), reader.Text()));
        }

        if (!stored.SequenceEqual(metrics.Zip(names, (metric, name) => (metric, (string?)name))))
        {
            throw new StateFormatException("A detector of one's own cannot take the state of one of other metrics.");
        }
    }

    private void Renew(in Sample now, ICollection<CoreAnomaly> findings)
    {
        long ticks = now.EventTime.UtcTicks;
        long boundary = ticks - (ticks % memory);
        bool isFull = samples.Count >= MaxSamples;
        samples.RemoveAll(s => s.EventTime.UtcTicks < boundary - memory);
        if (isFull)
        {
            samples.RemoveRange(0, Math.Max(0, samples.Count - (MaxSamples / 2)));
        }

        renewAt = boundary + memory;
        pipeline?.Dispose();
        var believed = new SortedDictionary<int, Anomaly>();
        pipeline = Make(believed, now);
        foreach (int metric in open.Keys.Except(believed.Keys).ToList())
        {
            findings.Add(Ended(open[metric], now.EventTime, now.Value));
            open.Remove(metric);
        }

        foreach ((int metric, Anomaly anomaly) in believed)
        {
            if (!open.ContainsKey(metric))
            {
                Take(anomaly with { EventTime = now.EventTime }, findings);
            }
        }
    }

    /// <summary>A composition that has seen what is kept, and what it then believes to be open.</summary>
    private ReactivePipeline Make(SortedDictionary<int, Anomaly>? believed = null, Sample now = default)
    {
        var made = new ReactivePipeline(detector, parameters, samples.Count > 0 ? samples[0].EventTime : now.EventTime);
        foreach (Sample sample in samples)
        {
            foreach (Anomaly found in made.Feed(sample))
            {
                int metric = MetricOf(found);
                if (believed is null || metric < 0)
                {
                    continue;
                }

                if (found.Begins)
                {
                    believed.TryAdd(metric, found);
                }
                else
                {
                    believed.Remove(metric);
                }
            }
        }

        if (made.Fault is not null)
        {
            believed?.Clear();
        }

        return made;
    }

    private void Take(Anomaly found, ICollection<CoreAnomaly> findings)
    {
        int metric = MetricOf(found);
        bool isSound = metric >= 0 && double.IsFinite(found.Score) && found.Threshold > 0
            && (!found.Begins || found.Score >= found.Threshold) && double.IsFinite(found.Observed) && double.IsFinite(found.Baseline);
        if (!isSound || open.ContainsKey(metric) == found.Begins)
        {
            // What is open does not begin, what is not open does not end; and a finding that cannot be explained is none.
            return;
        }

        // Never before what was seen last: a finding in the past would be one that nobody could have had.
        DateTimeOffset at = found.EventTime > last.EventTime ? last.EventTime : found.EventTime;
        if (found.Begins)
        {
            CoreAnomaly begun = Finding(
                metric,
                at,
                isRaised: true,
                (Math.Min(found.Score, Core.Detection.Finding.MaxScore), found.Threshold),
                (found.Observed, found.Baseline));
            open.Add(metric, begun);
            findings.Add(begun);
        }
        else
        {
            findings.Add(Ended(open[metric], at, found.Observed));
            open.Remove(metric);
        }
    }

    private int MetricOf(Anomaly anomaly) => Array.IndexOf(names, anomaly.Metric) is >= 0 and int position ? metrics[position] : -1;

    private CoreAnomaly Ended(CoreAnomaly begun, DateTimeOffset at, double observed) =>
        Finding(begun.Metric, at, isRaised: false, (0, begun.Threshold), (observed, begun.Contributions[0].Baseline));

    private CoreAnomaly Finding(
        int metric, DateTimeOffset at, bool isRaised, (double Score, double Threshold) judged, (double Observed, double Baseline) values) =>
        Core.Detection.Finding.OfOne(
            Identity, new Observation(metric, at, values.Observed, default), isRaised, judged.Score, judged.Threshold, values.Baseline);
}
