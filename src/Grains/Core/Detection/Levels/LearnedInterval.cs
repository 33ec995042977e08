using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>
/// How often an asset speaks, learned from its first samples, so that the same counts of cells make sense at 10 ms and at 5 minutes. Each
/// metric's interval is the median of its first spacings; the asset's is the median over its metrics, so that neither one slow metric nor
/// one that chatters sets the pace of all.
/// </summary>
internal sealed class LearnedInterval
{
    /// <summary>A median of so many spacings shrugs off a third of lost samples.</summary>
    private const int Spacings = 16;

    /// <summary>When one metric has spoken so often, those that have hardly spoken are not waited for.</summary>
    private const int Patience = 64;

    private readonly int[] counts;
    private readonly long[] newest;
    private readonly long[] spacings;

    public LearnedInterval(int metrics)
    {
        counts = new int[metrics];
        newest = new long[metrics];
        spacings = new long[metrics * Spacings];
        Array.Fill(newest, -1);
    }

    /// <summary>0 to 1.</summary>
    public double Progress => Math.Min(1, counts.Sum(count => Math.Min(count, Spacings)) / (double)(counts.Length * Spacings));

    /// <summary>True when it is known with this sample.</summary>
    public bool TryLearn(int position, long ticks, out long interval)
    {
        long before = newest[position];
        interval = 0;
        if (before >= 0 && ticks <= before)
        {
            return false;
        }

        newest[position] = ticks;
        if (before < 0)
        {
            return false;
        }

        if (counts[position] < Spacings)
        {
            spacings[(position * Spacings) + counts[position]] = ticks - before;
        }

        counts[position]++;
        if (counts[position] < Patience && (counts[position] < Spacings || counts.Any(count => count < Spacings)))
        {
            return false;
        }

        interval = Median();
        return true;
    }

    public void Save(StateWriter writer)
    {
        for (int position = 0; position < counts.Length; position++)
        {
            writer.Int32(counts[position]);
            writer.Int64(newest[position]);
            for (int i = 0; i < Math.Min(counts[position], Spacings); i++)
            {
                writer.Int64(spacings[(position * Spacings) + i]);
            }
        }
    }

    public void Restore(StateReader reader)
    {
        for (int position = 0; position < counts.Length; position++)
        {
            counts[position] = reader.Int32();
            if (counts[position] < 0 || counts[position] > Patience)
            {
                throw new StateFormatException($"{counts[position]} spacings are more than an interval is learned from.");
            }

            newest[position] = reader.Int64();
            for (int i = 0; i < Math.Min(counts[position], Spacings); i++)
            {
                spacings[(position * Spacings) + i] = reader.Int64();
            }
        }
    }

    private long Median()
    {
        long[] medians = new long[counts.Length];
        int known = 0;
        for (int position = 0; position < counts.Length; position++)
        {
            if (counts[position] >= Spacings)
            {
                Span<long> own = spacings.AsSpan(position * Spacings, Spacings);
                own.Sort();
                medians[known++] = own[Spacings / 2];
            }
        }

        medians.AsSpan(0, known).Sort();
        return medians[known / 2];
    }
}
