using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// The newest values of one metric, in order of time and in order of size at once: a ring and a sorted array. A value enters and leaves by
/// binary search and a move of memory, which for a hundred values beats every tree; quantiles are then two reads.
/// </summary>
internal sealed class SortedWindow(int capacity)
{
    private const int InitialCapacity = 16;

    private double[] values = new double[Math.Min(InitialCapacity, capacity)];
    private long[] ticks = new long[Math.Min(InitialCapacity, capacity)];
    private double[] sorted = new double[Math.Min(InitialCapacity, capacity)];
    private int head;

    public int Count { get; private set; }

    public long OldestTicks => ticks[head];

    public void Add(long eventTicks, double value)
    {
        // Negative zero sorts before zero but equals it: kept, a removal could take out the wrong one.
        value += 0.0;
        if (Count == capacity)
        {
            RemoveOldest();
        }
        else if (Count == values.Length)
        {
            Grow();
        }

        int tail = Place(Count);
        values[tail] = value;
        ticks[tail] = eventTicks;
        int place = sorted.AsSpan(0, Count).BinarySearch(value);
        place = place < 0 ? ~place : place;
        Array.Copy(sorted, place, sorted, place + 1, Count - place);
        sorted[place] = value;
        Count++;
    }

    /// <summary>Drops what is older than <paramref name="eventTicks"/>, but always keeps the newest <paramref name="keep"/>.</summary>
    public void DropBefore(long eventTicks, int keep)
    {
        while (Count > keep && ticks[head] < eventTicks)
        {
            RemoveOldest();
        }
    }

    /// <summary>Linear between neighbours, as most tools do by default.</summary>
    public double Quantile(double share)
    {
        double place = (Count - 1) * share;
        int below = (int)place;
        double low = sorted[below];
        return below + 1 < Count ? low + ((sorted[below + 1] - low) * (place - below)) : low;
    }

    /// <summary>Size of the value nearest to zero that is not zero; zero when all are.</summary>
    public double SmallestSize()
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < 0 ? (middle + 1, high) : (low, middle);
        }

        int negative = low - 1;
        high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] <= 0 ? (middle + 1, high) : (low, middle);
        }

        double above = low < Count ? sorted[low] : double.MaxValue;
        double below = negative >= 0 ? -sorted[negative] : double.MaxValue;
        double smallest = Math.Min(above, below);
        return smallest < double.MaxValue ? smallest : 0;
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(Count);
        for (int i = 0; i < Count; i++)
        {
            int place = Place(i);
            writer.Int64(ticks[place]);
            writer.Double(values[place]);
        }
    }

    public static SortedWindow Restore(StateReader reader, int capacity)
    {
        SortedWindow window = new(capacity);
        int count = reader.Count(16);
        for (int i = 0; i < count; i++)
        {
            long eventTicks = reader.Int64();
            double value = reader.Double();
            if (!double.IsFinite(value))
            {
                throw new StateFormatException("A stored baseline holds a value that is not a number.");
            }

            window.Add(eventTicks, value);
        }

        return window;
    }

    /// <summary>A comparison, not a remainder: a division per sample would cost as much as the search.</summary>
    private int Place(int offset)
    {
        int place = head + offset;
        return place < values.Length ? place : place - values.Length;
    }

    private void RemoveOldest()
    {
        int place = sorted.AsSpan(0, Count).BinarySearch(values[head]);
        Invariant.Holds(place >= 0);
        Array.Copy(sorted, place + 1, sorted, place, Count - place - 1);
        head = Place(1);
        Count--;
    }

    private void Grow()
    {
        int size = Math.Min(capacity, values.Length * 2);
        double[] grownValues = new double[size];
        long[] grownTicks = new long[size];
        for (int i = 0; i < Count; i++)
        {
            int place = Place(i);
            grownValues[i] = values[place];
            grownTicks[i] = ticks[place];
        }

        values = grownValues;
        ticks = grownTicks;
        head = 0;
        Array.Resize(ref sorted, size);
    }
}
