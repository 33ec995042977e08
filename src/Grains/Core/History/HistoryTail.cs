using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.History;

/// <summary>The newest raw samples of one metric, ascending, until they are sealed into a block.</summary>
internal sealed class HistoryTail
{
    /// <summary>At this many a block is sealed in any case: the tail is bounded.</summary>
    internal const int MaxCount = 256;

    /// <summary>From this many on a block is worth its header; fewer travel in the snapshot.</summary>
    internal const int WorthSealing = 64;

    private Run<long> times;
    private Run<double> values;

    // Quality and whether it came as a backfill, as the codec writes them.
    private Run<byte> marks;

    // As long as the others for a text metric; empty for numbers.
    private Run<string> texts;

    public int Count => times.Count;

    public void Add(long ticks, double value, SampleQuality quality, bool historical, string? text)
    {
        int index = times.Count;
        while (index > 0 && times[index - 1] > ticks)
        {
            index--;
        }

        times.Insert(index, ticks);
        values.Insert(index, value);
        marks.Insert(index, HistoryCodec.MarkOf(quality, historical));
        if (text is not null)
        {
            texts.Insert(index, text);
        }
    }

    public bool Holds(long ticks) => times.Span.BinarySearch(ticks) >= 0;

    public SealedBlock Seal(int metric)
    {
        Invariant.Holds(Count > 0);
        var block = new SealedBlock
        {
            Metric = metric,
            First = Ticks.ToInstant(times[0]),
            Last = Ticks.ToInstant(times.Last),
            Count = Count,
            Data = Encoded(),
        };

        Empty(keepArrays: Count >= MaxCount);
        return block;
    }

    public void CopyTo(List<RawSample> samples)
    {
        for (int i = 0; i < times.Count; i++)
        {
            samples.Add(new RawSample(
                Ticks.ToInstant(times[i]),
                values[i],
                (SampleQuality)(marks[i] & ~HistoryCodec.HistoricalMark),
                (marks[i] & HistoryCodec.HistoricalMark) != 0,
                texts.Count > 0 ? texts[i] : null));
        }
    }

    public void Save(StateWriter writer) => writer.Bytes(Encoded());

    public void Restore(StateReader reader)
    {
        Empty(keepArrays: false);
        foreach (RawSample sample in HistoryCodec.Decode(reader.Bytes()))
        {
            Add(sample.EventTime.UtcTicks, sample.Value, sample.Quality, sample.Historical, sample.Text);
        }
    }

    private byte[] Encoded() =>
        HistoryCodec.Encode(times.Span, values.Span, marks.Span, texts.Count > 0 ? texts.Span.ToArray() : null);

    /// <summary>A metric that fills its tail will fill it again; one that speaks rarely gives the memory back.</summary>
    private void Empty(bool keepArrays)
    {
        if (keepArrays)
        {
            times.Reset();
            values.Reset();
            marks.Reset();
            texts.Reset();
            return;
        }

        times.Clear();
        values.Clear();
        marks.Clear();
        texts.Clear();
    }
}
