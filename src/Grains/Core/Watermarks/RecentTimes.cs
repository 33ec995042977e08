using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Watermarks;

/// <summary>
/// Event times of the newest samples of one metric, to know a repetition. Bounds: the 64 newest are always kept; beyond them those that
/// could still be accepted or amended, at most 512. A repetition older than what is kept is not recognised here; the
/// positions in the log keep redelivered records out before they come this far.
/// </summary>
internal sealed class RecentTimes
{
    internal const int MinKept = 64;
    internal const int MaxKept = 512;
    private Run<long> times;

    public int Count => times.Count;

    public bool IsNewest(long ticks) => times.Count == 0 || ticks > times.Last;

    /// <summary>Older than what is remembered: only history can tell.</summary>
    public bool IsForgotten(long ticks) => times.Count >= MinKept && ticks < times[0];

    public bool Contains(long ticks)
    {
        if (times.Count == 0 || ticks > times.Last)
        {
            return false;
        }

        return times.Span.BinarySearch(ticks) >= 0;
    }

    /// <summary>
    /// Remembers a time that is not in yet. Times before <paramref name="horizon"/> are too late to be taken, so they need no
    /// remembering.
    /// </summary>
    public void Add(long ticks, long horizon)
    {
        if (times.Count == 0 || ticks > times.Last)
        {
            times.Add(ticks);
        }
        else
        {
            times.Insert(~times.Span.BinarySearch(ticks), ticks);
        }

        while (times.Count > MinKept && (times.Count > MaxKept || times[0] < horizon))
        {
            times.RemoveFirst();
        }
    }

    public void Save(StateWriter writer)
    {
        var bits = new BitWriter();
        TimeStream.Write(bits, times.Span);
        writer.Int32(times.Count);
        writer.Bytes(bits.Written);
    }

    public void Restore(StateReader reader)
    {
        int count = reader.Int32();
        byte[] data = reader.Bytes();
        if (count is < 0 or > MaxKept)
        {
            throw new StateFormatException($"{count} recent times are out of bounds.");
        }

        long[] read = new long[count];
        var bits = new BitReader(data);
        TimeStream.Read(ref bits, read);
        times.Clear();
        foreach (long time in read)
        {
            times.Add(time);
        }
    }
}
