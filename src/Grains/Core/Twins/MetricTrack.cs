using System.Buffers;
using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// All that a twin keeps of one metric: live value, recent times, windows, history not yet sealed, and what the ordered stage has seen.
/// </summary>
internal sealed class MetricTrack
{
    /// <summary>Beyond this magnitude sums of squares overflow; no plant measures it, so it is treated as out of range.</summary>
    internal const double MaxMagnitude = 1e100;

    private const byte Version = 1;
    private readonly double minimum;
    private readonly double maximum;
    private readonly long allowedLateness;
    private readonly long longestWindow;

    public MetricTrack(int index, MetricRule rule, WindowTracker[] trackers, TimeSpan allowedLateness)
    {
        Invariant.Holds(rule.ExpectedInterval is null || (rule.ExpectedInterval > TimeSpan.Zero
            && rule.ExpectedInterval <= WindowRule.Longest));
        Index = index;
        Rule = rule;
        Trackers = trackers;
        IsWord = rule.IsText && rule.Name.StartsWith(BaselineReset.Reserved, StringComparison.Ordinal);
        this.allowedLateness = allowedLateness.Ticks;
        minimum = Math.Max(rule.Minimum ?? -MaxMagnitude, -MaxMagnitude);
        maximum = Math.Min(rule.Maximum ?? MaxMagnitude, MaxMagnitude);
        longestWindow = WindowRule.Rollup.Size.Ticks;
        foreach (WindowTracker tracker in trackers)
        {
            longestWindow = Math.Max(longestWindow, Math.Max(tracker.Rule.Size.Ticks, tracker.Rule.Gap.Ticks));
        }
    }

    public int Index { get; }

    public MetricRule Rule { get; }

    public WindowTracker[] Trackers { get; }

    /// <summary>Its samples are words of people on baselines.</summary>
    public bool IsWord { get; }

    public RecentTimes Times { get; } = new();

    public HistoryTail Tail { get; } = new();

    public long ValueTicks { get; private set; } = Ticks.None;

    public double Value { get; private set; }

    public string? Text { get; private set; }

    public SampleQuality Quality { get; private set; }

    public long Revision { get; private set; }

    /// <summary>Ingest time of the newest live sample.</summary>
    public long ArrivedAt { get; private set; } = Ticks.None;

    public bool IsStale { get; set; }

    /// <summary>Newest event time that the ordered stage has seen of this metric, and the good value it had.</summary>
    public long OrderedTicks { get; private set; } = Ticks.None;

    public double OrderedValue { get; private set; }

    public string? OrderedText { get; private set; }

    public bool IsInRange(double value) => value >= minimum && value <= maximum;

    public Punctuality Classify(long ticks, long watermark)
    {
        // Whatever window holds the sample ends after it, so after the watermark, and none that it would be in was forgotten: nothing to
        // look up for nearly all samples.
        if (ticks >= watermark && Times.IsNewest(ticks))
        {
            return Punctuality.OnTime;
        }

        Punctuality best = Punctuality.Dropped;
        if (Rule.IsText)
        {
            long minute = WindowRule.Rollup.Size.Ticks;
            return Lateness.Classify(Ticks.Floor(ticks, minute, 0) + minute, watermark, allowedLateness);
        }

        foreach (WindowTracker tracker in Trackers)
        {
            Punctuality one = tracker.Classify(ticks, watermark);
            if (one == Punctuality.Dropped)
            {
                // A sample is in all of its windows or in none, so that they are those of its set, whatever the order it came in.
                return one;
            }

            best = one < best ? one : best;
        }

        return best;
    }

    public void Remember(long ticks, long watermark) =>
        Times.Add(ticks, watermark == Ticks.None ? Ticks.None : watermark - allowedLateness - longestWindow);

    public void SetLive(long ticks, in TwinSample sample, SampleQuality quality, long ingestTicks)
    {
        Revision++;
        ArrivedAt = Math.Max(ArrivedAt, ingestTicks);
        IsStale = false;
        if (ticks > ValueTicks)
        {
            (ValueTicks, Value, Text, Quality) = (ticks, sample.Value, Rule.IsText ? sample.Text : null, quality);
        }
    }

    public void SetOrdered(long ticks, double value, string? text) => (OrderedTicks, OrderedValue, OrderedText) = (ticks, value, text);

    public void SaveOrdered(StateWriter writer)
    {
        writer.Int64(OrderedTicks);
        writer.Double(OrderedValue);
        writer.Text(OrderedText);
    }

    public void RestoreOrdered(StateReader reader) => SetOrdered(reader.Int64(), reader.Double(), reader.Text());

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int64(ValueTicks);
        writer.Double(Value);
        writer.Text(Text);
        writer.Byte((byte)Quality);
        writer.Int64(Revision);
        writer.Int64(ArrivedAt);
        writer.Boolean(IsStale);
        writer.Int64(OrderedTicks);
        writer.Double(OrderedValue);
        writer.Text(OrderedText);
        Times.Save(writer);
        Tail.Save(writer);
        writer.Int32(Trackers.Length);
        var section = new ArrayBufferWriter<byte>();
        foreach (WindowTracker tracker in Trackers)
        {
            SaveShape(tracker.Rule, writer);
            section.ResetWrittenCount();
            tracker.Save(new StateWriter(section));
            writer.Bytes(section.WrittenSpan);
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(Version);
        ValueTicks = reader.Int64();
        Value = reader.Double();
        Text = reader.Text();
        Quality = (SampleQuality)reader.Byte();
        Revision = reader.Int64();
        ArrivedAt = reader.Int64();
        IsStale = reader.Boolean();
        OrderedTicks = reader.Int64();
        OrderedValue = reader.Double();
        OrderedText = reader.Text();
        Times.Restore(reader);
        Tail.Restore(reader);
        for (int left = reader.Count(40); left > 0; left--)
        {
            WindowRule shape = RestoreShape(reader);
            byte[] state = reader.Bytes();

            // Windows that the plant model no longer has are let go; new ones begin empty.
            Array.Find(Trackers, t => t.Rule.HasSameShape(shape))?.Restore(new StateReader(state));
        }
    }

    private static void SaveShape(WindowRule rule, StateWriter writer)
    {
        writer.Byte((byte)rule.Kind);
        writer.Duration(rule.Size);
        writer.Duration(rule.Hop);
        writer.Duration(rule.Offset);
        writer.Duration(rule.Gap);
    }

    private static WindowRule RestoreShape(StateReader reader) => new()
    {
        Kind = (WindowKind)reader.Byte(),
        Size = reader.Duration(),
        Hop = reader.Duration(),
        Offset = reader.Duration(),
        Gap = reader.Duration(),
    };
}
