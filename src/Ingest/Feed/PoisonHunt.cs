using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>What follows from a throw.</summary>
internal enum PoisonStep
{
    /// <summary>The same again, after a pause.</summary>
    Retry,

    /// <summary>A smaller part of it, at once.</summary>
    Halve,

    /// <summary>It is found: to quarantine with it.</summary>
    Give,
}

/// <summary>
/// Finds the records on which a twin throws, by halving. Kept by position and not by batch: a twin that throws comes back from its
/// checkpoint, so the same records come again in other batches.
/// </summary>
internal sealed class PoisonHunt
{
    /// <summary>Bad records in a row, after which the rest of the batch is taken to be bad too: the twin chokes on everything, and its log
    /// must not grow while each record is tried.</summary>
    public const int MaxStreak = 16;

    /// <summary>Ranges remembered so that they are not sent again after a rewind; forgotten ones are found anew.</summary>
    private const int MaxGiven = 1_024;

    private readonly List<(long From, long To)> given = [];
    private long end = -1;
    private long good = -1;
    private long bad = -1;
    private int throws;
    private int streak;
    private bool isFirst;
    private bool tryAll;

    public bool IsHalving { get; private set; }

    /// <summary>Nothing to hunt, and nothing to remember.</summary>
    public bool IsOver => end < 0 && given.Count == 0;

    /// <summary>Went to quarantine: not sent again.</summary>
    public bool IsGiven(long position)
    {
        foreach ((long from, long to) in given)
        {
            if (position >= from && position <= to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many of the samples the next batch takes. Whole records; all of them when nothing is hunted there.</summary>
    public int Take(ReadOnlySpan<TelemetrySample> pending)
    {
        if (!IsHalving || pending.IsEmpty || pending[0].Position > bad)
        {
            return pending.Length;
        }

        if (tryAll)
        {
            return UpTo(pending, bad);
        }

        if (pending[0].Position <= good)
        {
            return UpTo(pending, good);
        }

        ReadOnlySpan<TelemetrySample> suspects = pending[..UpTo(pending, bad)];
        int half = (Records(suspects) + 1) / 2;
        for (int i = 1; i < suspects.Length; i++)
        {
            if (suspects[i].Position != suspects[i - 1].Position && --half == 0)
            {
                return i;
            }
        }

        return suspects.Length;
    }

    /// <summary>The twin threw on the batch itself.</summary>
    public PoisonStep Threw(ReadOnlySpan<TelemetrySample> flight, int maxTries)
    {
        throws++;
        bool isSingle = flight[0].Position == flight[^1].Position;
        if (!IsHalving)
        {
            end = Math.Max(end, flight[^1].Position);
            if (throws < maxTries)
            {
                return PoisonStep.Retry;
            }

            if (isSingle || streak >= MaxStreak)
            {
                return PoisonStep.Give;
            }

            (IsHalving, isFirst, good, bad) = (true, true, -1, flight[^1].Position);
            throws = 0;
            return PoisonStep.Halve;
        }

        tryAll = false;
        bad = flight[^1].Position;
        if (bad <= good)
        {
            // Believed good, and it throws: records from before the hunt, which this lane had never sent. A twin that lost its state gets
            // them again, and a feeder that was restarted does not know which of them it gave away. It is a hunt of its own.
            good = flight[0].Position - 1;
            isFirst = true;
        }

        if (!isSingle && streak < MaxStreak)
        {
            throws = 0;
            return PoisonStep.Halve;
        }

        // The first is tried as often as a batch is: a fault that passes must not cost a record. Those after it show that it does not pass.
        return isFirst && throws < maxTries ? PoisonStep.Retry : PoisonStep.Give;
    }

    /// <summary>The flight went to quarantine.</summary>
    public void Given(ReadOnlySpan<TelemetrySample> flight)
    {
        if (given.Count == MaxGiven)
        {
            given.RemoveAt(0);
        }

        given.Add((flight[0].Position, flight[^1].Position));
        streak++;
        throws = 0;
        isFirst = false;
        good = Math.Max(good, flight[^1].Position);
        if (good >= end)
        {
            Close();
            return;
        }

        // Most often it was the only one.
        (bad, tryAll) = (end, true);
    }

    /// <summary>The twin took everything up to this position.</summary>
    public void Took(long last, long durable)
    {
        given.RemoveAll(g => g.To <= durable);
        if (last >= end)
        {
            streak = 0;
            Close();
        }
        else if (IsHalving && last > good)
        {
            // What is taken a second time, after a rewind, says nothing of what follows.
            good = last;
            (streak, throws) = (0, 0);
        }
    }

    private void Close()
    {
        (end, good, bad, throws) = (-1, -1, -1, 0);
        (IsHalving, tryAll) = (false, false);
    }

    private static int UpTo(ReadOnlySpan<TelemetrySample> samples, long position)
    {
        int count = 0;
        while (count < samples.Length && samples[count].Position <= position)
        {
            count++;
        }

        return count;
    }

    private static int Records(ReadOnlySpan<TelemetrySample> samples)
    {
        int count = 1;
        for (int i = 1; i < samples.Length; i++)
        {
            count += samples[i].Position == samples[i - 1].Position ? 0 : 1;
        }

        return count;
    }
}
