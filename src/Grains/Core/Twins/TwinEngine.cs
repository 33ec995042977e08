using Millwright.Core.Watermarks;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// The computing part of one twin. Samples go in one by one, and for each there is one fate; findings come out through
/// <see cref="TwinOutput"/>. Two paths: windows, last values and history take a sample at once; whatever depends on order (detectors,
/// operating state, meters) gets it when the watermark says that nothing older is still to come. What happens is a function of the
/// samples and of <see cref="Advance"/> alone. Not thread-safe.
/// </summary>
public sealed partial class TwinEngine
{
    /// <summary>A live value counts as stale when this many expected intervals brought no other.</summary>
    public const int StaleAfterIntervals = 3;

    private readonly TwinDefinition definition;
    private readonly long disorder;
    private readonly long maxClockSkew;
    private readonly long idleTimeout;
    private readonly List<MetricTrack> metrics = [];
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);
    private readonly OrderedStage ordered;
    private readonly ReorderBuffer? buffer;
    private readonly SourceClocks sources;
    private long watermark = Ticks.None;
    private long newest = Ticks.None;
    private long arrivedAt = Ticks.None;
    private long nextWindowDue = Ticks.Never;

    // What the sources know too; here because each sample asks, and a twin's memory is cold when its sample comes.
    private bool hasSources;

    public TwinEngine(TwinDefinition definition)
    {
        Invariant.Holds(definition.Metrics.Length <= TwinDefinition.MaxMetrics);
        Invariant.Holds(definition.Time.Disorder >= TimeSpan.Zero && definition.Time.Disorder <= WindowRule.Longest);
        Invariant.Holds(definition.Time.AllowedLateness >= TimeSpan.Zero && definition.Time.AllowedLateness <= WindowRule.Longest);
        this.definition = definition;
        disorder = definition.Time.Disorder.Ticks;
        maxClockSkew = definition.Time.MaxClockSkew.Ticks;
        idleTimeout = definition.Time.IdleTimeout.Ticks;
        sources = new SourceClocks(disorder, idleTimeout, definition.Time.MaxSourceLag.Ticks);

        // A sample is taken while its minute may be issued again, and then may be that much older.
        allowedLateness = definition.Time.AllowedLateness.Ticks + WindowRule.Rollup.Size.Ticks;
        spacing = Math.Max(allowedLateness, TimeSpan.TicksPerMinute);
        ordered = new OrderedStage(definition, metrics);
        span = new RewindSpan(metrics);
        trial = new CounterfactualTrial(definition, metrics, span, ordered);
        buffer = disorder > 0 || ordered.IsOrderSensitive ? new ReorderBuffer() : null;
        foreach (MetricRule rule in definition.Metrics)
        {
            AddMetric(rule);
        }
    }

    /// <summary>
    /// Index of a metric. A name that is not in the model gets a place in the table while there is one; -1 when it is full.
    /// </summary>
    public int MetricIndex(string name, bool isText)
    {
        if (indices.TryGetValue(name, out int index))
        {
            return index;
        }

        return metrics.Count < TwinDefinition.MaxMetrics ? AddMetric(new MetricRule { Name = name, IsText = isText }) : -1;
    }

    /// <summary>Takes one sample.</summary>
    public SampleFate Observe(in TwinSample sample, TwinOutput output)
    {
        long ingest = sample.IngestTime.UtcTicks;
        Arrive(ingest, output);
        long ticks = sample.EventTime.UtcTicks;
        FateReason reason = Judge(sample, ticks, ingest);
        if (Placed(sample, ticks, reason) is { } placed)
        {
            (ticks, reason) = (placed, FateReason.OnTime);
        }

        if (reason is FateReason.OnTime or FateReason.Late)
        {
            Take(metrics[sample.Metric], sample, ticks, ingest, output);
        }
        else if (hasSources)
        {
            HearUntaken(sample, reason, output);
        }

        return Fates.Count(reason);
    }

    /// <summary>
    /// Processing time goes on: judges idleness, staleness and silence. True when something that can be seen has changed.
    /// </summary>
    public bool Advance(DateTimeOffset now, TwinOutput output)
    {
        long ticks = now.UtcTicks;
        bool changed = false;
        if (!IsIdle && arrivedAt != Ticks.None && ticks - arrivedAt >= idleTimeout)
        {
            BecomeIdle(output);
            changed = true;
        }

        changed |= hasSources && RestSources(ticks, output);
        foreach (MetricTrack metric in metrics)
        {
            if (!metric.IsStale && metric.ArrivedAt != Ticks.None && metric.Rule.ExpectedInterval is { } interval
                && ticks - metric.ArrivedAt > interval.Ticks * StaleAfterIntervals)
            {
                metric.IsStale = true;
                changed = true;
            }
        }

        CompleteInstant(output);
        if (watermark != Ticks.None && !IsHeldBack)
        {
            changed |= ordered.AdvanceDetectors(now, watermark);
        }

        credit = Math.Min(credit + CreditPerLook, MaxCredit);
        // A source at rest earns no credit, and its doubts shall not stand for as long as it rests: one rewind for each rest.
        return CatchUp(output, IsIdle, ticks) || changed;
    }

    /// <summary>Seals raw samples into blocks where that is worth it; with <paramref name="all"/> every metric that has any.</summary>
    public void CutBlocks(TwinOutput output, bool all)
    {
        foreach (MetricTrack metric in metrics)
        {
            if (metric.Tail.Count >= (all ? 1 : History.HistoryTail.WorthSealing))
            {
                Seal(metric, output);
            }
        }
    }

    private int AddMetric(MetricRule rule)
    {
        int index = metrics.Count;
        var trackers = new List<WindowTracker>();
        if (!rule.IsText)
        {
            trackers.AddRange(RulesOf(index).Select(Tracker));
        }

        var metric = new MetricTrack(index, rule, [.. trackers], definition.Time.AllowedLateness);
        metrics.Add(metric);
        indices.Add(rule.Name, index);
        ordered.Add(metric);
        return index;

        WindowTracker Tracker(WindowRule window) =>
            WindowTracker.Create(window, index, rule.ExpectedInterval, definition.Time.AllowedLateness);
    }

    private void Arrive(long ingest, TwinOutput output)
    {
        // The pause is judged by the samples' own ingest times too, and not only by the timer: a replay, which has no timer, then does
        // the same.
        if (!IsIdle && arrivedAt != Ticks.None && ingest - arrivedAt >= idleTimeout)
        {
            BecomeIdle(output);
        }

        IsIdle = false;
        arrivedAt = Math.Max(arrivedAt, ingest);
        if (hasSources)
        {
            RestSources(ingest, output);
        }
    }

    private FateReason Judge(in TwinSample sample, long ticks, long ingest)
    {
        if (sample.Metric < 0 || sample.Metric >= metrics.Count)
        {
            return FateReason.MetricLimit;
        }

        MetricTrack metric = metrics[sample.Metric];
        if (metric.Rule.IsText ? sample.Text is null : sample.Text is not null && double.IsNaN(sample.Value))
        {
            return FateReason.WrongType;
        }

        if (metric.Rule is { IsText: true, Name: BaselinePrior.Metric } && !Peers.PriorText.TryRead(sample.Text, out _, out _))
        {
            return FateReason.InvalidPrior;
        }

        if (!metric.Rule.IsText && !double.IsFinite(sample.Value))
        {
            return FateReason.NotFinite;
        }

        if (ticks - ingest > maxClockSkew)
        {
            return FateReason.FutureTimestamp;
        }

        if (metric.Times.Contains(ticks) || (metric.Times.IsForgotten(ticks) && span.Holds(metric.Index, ticks)))
        {
            return FateReason.Duplicate;
        }

        return metric.Classify(ticks, watermark) switch
        {
            Punctuality.OnTime => FateReason.OnTime,
            Punctuality.Late => FateReason.Late,
            _ => FateReason.TooLate,
        };
    }

    private void Take(MetricTrack metric, in TwinSample sample, long ticks, long ingest, TwinOutput output)
    {
        SampleQuality quality = sample.Quality;
        if (!metric.Rule.IsText && quality == SampleQuality.Good && !metric.IsInRange(sample.Value))
        {
            quality = SampleQuality.Uncertain;
            OutOfRange++;
        }

        Keep(metric, ticks, sample, quality, output);

        metric.Remember(ticks, watermark);
        if (!sample.Historical)
        {
            metric.SetLive(ticks, sample, quality, ingest);
            newest = Math.Max(newest, ticks);
            MoveWatermark(hasSources ? Hear(sample.Source, ticks, ingest) : Ticks.Add(newest, -disorder));
            if (quality == SampleQuality.Good)
            {
                Order(new HeldSample(ticks, metric.Index, sample.Value, metric.Rule.IsText ? sample.Text : null), output);
            }

            Settle(output);
        }

        if (span.IsFull)
        {
            CutSpan(output);
        }
    }

    private void Seal(MetricTrack metric, TwinOutput output)
    {
        History.SealedBlock block = metric.Tail.Seal(metric.Index);
        output.Blocks.Add(block);
        if (ordered.IsOrderSensitive)
        {
            span.Add(block);
        }
    }

    /// <summary>Windows and history take the sample at once.</summary>
    private void Keep(MetricTrack metric, long ticks, in TwinSample sample, SampleQuality quality, TwinOutput output)
    {
        metric.Tail.Add(ticks, sample.Value, quality, sample.Historical, metric.Rule.IsText ? sample.Text : null);
        if (metric.Tail.Count >= History.HistoryTail.MaxCount)
        {
            Seal(metric, output);
        }

        if (quality != SampleQuality.Good)
        {
            return;
        }

        foreach (WindowTracker tracker in metric.Trackers)
        {
            tracker.Observe(ticks, sample.Value, watermark, output.Windows);
            nextWindowDue = Math.Min(nextWindowDue, tracker.NextDue);
        }
    }
}
