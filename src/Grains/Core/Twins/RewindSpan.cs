using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// The samples that a rewind replays, without a copy of them: numbers are where history has them, in the metrics' tails and in the blocks
/// sealed since, which are only kept alive a little longer. Texts are held here. Samples that history has but the ordered stage shall not
/// see are known by their mark (historical) or set aside by time (too late).
/// </summary>
internal sealed class RewindSpan(List<MetricTrack> metrics)
{
    /// <summary>Most samples held in blocks and texts; beyond it the owner gives up the oldest part.</summary>
    internal const int MaxSamples = 131_072;

    /// <summary>Most late samples set aside; further ones would be judged by a rewind after all.</summary>
    internal const int MaxAside = 65_536;

    private const byte Version = 1;
    private readonly List<SealedBlock> blocks = [];
    private readonly List<HeldSample> texts = [];
    private readonly SortedSet<(long Ticks, int Metric)> aside = [];
    private int limit = MaxSamples;

    /// <summary>Samples held beyond the metrics' own tails.</summary>
    public int Count { get; private set; }

    /// <summary>The owner has to give up the oldest part.</summary>
    public bool IsFull => Count > limit;

    public void Add(SealedBlock block)
    {
        blocks.Add(block);
        Count += block.Count;
    }

    public void Add(in HeldSample text)
    {
        texts.Add(text);
        Count++;
    }

    public void SetAside(long ticks, int metric)
    {
        if (aside.Count < MaxAside)
        {
            aside.Add((ticks, metric));
        }
    }

    /// <summary>Forgets what no rewind goes back to any more.</summary>
    public void DropBefore(long ticks)
    {
        blocks.RemoveAll(b => b.Last.UtcTicks < ticks);
        texts.RemoveAll(t => t.Ticks < ticks);
        while (aside.Count > 0 && aside.Min.Ticks < ticks)
        {
            aside.Remove(aside.Min);
        }

        Count = texts.Count + blocks.Sum(b => b.Count);
    }

    /// <summary>Keeps only blocks with samples that still wait: all else was observed, or never will be because it is historical.</summary>
    public void DropAllBut(ReorderBuffer? waiting)
    {
        HashSet<(long Ticks, int Metric)> kept = [];
        waiting?.CollectThrough(Windows.Ticks.Never, kept);
        blocks.RemoveAll(b => !kept.Any(k => k.Metric == b.Metric && k.Ticks >= b.First.UtcTicks && k.Ticks <= b.Last.UtcTicks));
        texts.Clear();
        aside.Clear();
        Count = blocks.Sum(b => b.Count);

        // Should those alone be nearly too many, they are not looked through again for each sample.
        limit = Math.Max(MaxSamples, 2 * Count);
    }

    public void Clear()
    {
        blocks.Clear();
        texts.Clear();
        aside.Clear();
        Count = 0;
    }

    /// <summary>
    /// History of the span has a sample of this metric and instant. Unpacks blocks: for what is too old to be remembered.
    /// </summary>
    public bool Holds(int metric, long ticks)
    {
        foreach (SealedBlock block in blocks)
        {
            if (block.Metric == metric && block.First.UtcTicks <= ticks && block.Last.UtcTicks >= ticks
                && Array.Exists(HistoryCodec.Decode(block.Data.Span), s => s.EventTime.UtcTicks == ticks))
            {
                return true;
            }
        }

        return metrics[metric].Tail.Holds(ticks);
    }

    /// <summary>The good samples of [from, through] by time and then by metric, each once, without those that still wait.</summary>
    /// <param name="wanted">By metric; null for all.</param>
    public HeldSample[] Collect(long from, long through, ReorderBuffer? waiting, bool[]? wanted = null)
    {
        HashSet<(long, int)> left = [.. aside];
        waiting?.CollectThrough(through, left);
        List<HeldSample> found = [];
        List<RawSample> numbers = [];
        foreach (SealedBlock block in blocks)
        {
            if (block.Last.UtcTicks >= from && block.First.UtcTicks <= through && Wants(block.Metric)
                && !metrics[block.Metric].Rule.IsText)
            {
                numbers.Clear();
                numbers.AddRange(HistoryCodec.Decode(block.Data.Span));
                Take(block.Metric);
            }
        }

        foreach (MetricTrack metric in metrics)
        {
            if (!metric.Rule.IsText && Wants(metric.Index))
            {
                numbers.Clear();
                metric.Tail.CopyTo(numbers);
                Take(metric.Index);
            }
        }

        foreach (HeldSample text in texts)
        {
            if (text.Ticks >= from && text.Ticks <= through && Wants(text.Metric) && !left.Contains((text.Ticks, text.Metric)))
            {
                found.Add(text);
            }
        }

        return Sorted(found);

        bool Wants(int metric) => wanted is null || wanted[metric];

        void Take(int metric)
        {
            foreach (RawSample sample in numbers)
            {
                long ticks = sample.EventTime.UtcTicks;
                if (sample.Quality == SampleQuality.Good && !sample.Historical && ticks >= from && ticks <= through
                    && (left.Count == 0 || !left.Contains((ticks, metric))))
                {
                    found.Add(new HeldSample(ticks, metric, sample.Value, null));
                }
            }
        }
    }

    /// <summary>Of two samples of one metric and instant the one that came first is kept.</summary>
    private static HeldSample[] Sorted(List<HeldSample> found)
    {
        HeldSample[] samples = [.. found];
        var keys = new (long Ticks, int Metric, int Place)[samples.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (samples[i].Ticks, samples[i].Metric, i);
        }

        Array.Sort(keys, samples, Comparer<(long Ticks, int Metric, int Place)>.Create((a, b) =>
            a.Ticks != b.Ticks ? a.Ticks.CompareTo(b.Ticks)
            : a.Metric != b.Metric ? a.Metric.CompareTo(b.Metric)
            : a.Place.CompareTo(b.Place)));
        int kept = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            if (kept == 0 || samples[i].Ticks != samples[kept - 1].Ticks || samples[i].Metric != samples[kept - 1].Metric)
            {
                samples[kept++] = samples[i];
            }
        }

        return samples[..kept];
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int32(blocks.Count);
        foreach (SealedBlock block in blocks)
        {
            writer.Int32(block.Metric);
            writer.Instant(block.First);
            writer.Instant(block.Last);
            writer.Int32(block.Count);
            writer.Bytes(block.Data.Span);
        }

        writer.Int32(texts.Count);
        foreach (HeldSample text in texts)
        {
            writer.Int64(text.Ticks);
            writer.Int32(text.Metric);
            writer.Text(text.Text);
        }

        writer.Int32(aside.Count);
        foreach ((long ticks, int metric) in aside)
        {
            writer.Int64(ticks);
            writer.Int32(metric);
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(Version);
        Clear();
        for (int left = reader.Count(28); left > 0; left--)
        {
            Add(new SealedBlock
            {
                Metric = reader.Int32(),
                First = reader.Instant(),
                Last = reader.Instant(),
                Count = reader.Int32(),
                Data = reader.Bytes(),
            });
        }

        for (int left = reader.Count(16); left > 0; left--)
        {
            Add(new HeldSample(reader.Int64(), reader.Int32(), double.NaN, reader.Text()));
        }

        for (int left = reader.Count(12); left > 0; left--)
        {
            aside.Add((reader.Int64(), reader.Int32()));
        }
    }
}
