using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Watermarks;

/// <summary>
/// Holds samples until the watermark says that nothing older is still to come, and gives them back by event time and then by metric:
/// the order of arrival must not show in what detectors see.
/// </summary>
internal sealed class ReorderBuffer
{
    /// <summary>
    /// When it is full, the oldest is released before its time: detectors then may miss an older one, memory stays bounded.
    /// </summary>
    internal const int MaxSamples = 4096;

    /// <summary>
    /// A source on its own is out of step by a few samples: those are passed one by one. Another source may lag by thousands.
    /// </summary>
    private const int NearEnd = 8;

    private const byte Version = 1;
    private Run<HeldSample> held;

    public int Count => held.Count;

    public bool IsFull => held.Count >= MaxSamples;

    public void Add(in HeldSample sample)
    {
        int index = held.Count;
        int near = Math.Max(0, index - NearEnd);
        while (index > near && IsAfter(held[index - 1], sample))
        {
            index--;
        }

        if (index == near)
        {
            index = Place(sample, near);
        }

        held.Insert(index, sample);
    }

    /// <summary>All samples of the oldest instant, by metric; valid until the next change.</summary>
    public ReadOnlySpan<HeldSample> OldestInstant
    {
        get
        {
            ReadOnlySpan<HeldSample> all = held.Span;
            int count = 1;
            while (count < all.Length && all[count].Ticks == all[0].Ticks)
            {
                count++;
            }

            return all[..count];
        }
    }

    /// <summary>
    /// The oldest is older than the watermark: one that equals it may still be joined by others of the same instant.
    /// </summary>
    public bool IsDueBefore(long watermark) => held.Count > 0 && held[0].Ticks < watermark;

    /// <summary>Adds time and metric of what waits and is not newer than <paramref name="ticks"/>.</summary>
    public void CollectThrough(long ticks, HashSet<(long Ticks, int Metric)> found)
    {
        for (int i = 0; i < held.Count && held[i].Ticks <= ticks; i++)
        {
            found.Add((held[i].Ticks, held[i].Metric));
        }
    }

    /// <summary>Removes as many of the oldest.</summary>
    public void Remove(int count)
    {
        for (; count > 0; count--)
        {
            held.RemoveFirst();
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int32(held.Count);
        foreach (ref readonly HeldSample sample in held.Span)
        {
            writer.Int64(sample.Ticks);
            writer.Int32(sample.Metric);
            writer.Double(sample.Value);
            writer.Text(sample.Text);
        }
    }

    /// <param name="indices">Metric indices of the saved state as indices of today; -1 for a metric that is gone.</param>
    public void Restore(StateReader reader, ReadOnlySpan<int> indices)
    {
        reader.Version(Version);
        held.Clear();
        for (int left = reader.Count(24); left > 0; left--)
        {
            long ticks = reader.Int64();
            int metric = reader.Int32();
            double value = reader.Double();
            string? text = reader.Text();
            if (metric < 0 || metric >= indices.Length)
            {
                throw new StateFormatException($"A held sample names metric {metric}.");
            }

            if (indices[metric] >= 0)
            {
                Add(new HeldSample(ticks, indices[metric], value, text));
            }
        }
    }

    /// <summary>Where it belongs among the first <paramref name="count"/>: behind all that are not after it.</summary>
    private int Place(in HeldSample sample, int count)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = IsAfter(held[middle], sample) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static bool IsAfter(in HeldSample left, in HeldSample right) =>
        left.Ticks > right.Ticks || (left.Ticks == right.Ticks && left.Metric > right.Metric);
}
