using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>How the watermark moves, and what it sets going.</summary>
public sealed partial class TwinEngine
{
    private void Order(in HeldSample sample, TwinOutput output)
    {
        if (buffer is null)
        {
            return;
        }

        if (buffer.IsFull)
        {
            ReleasedEarly += buffer.OldestInstant.Length;
            ReleaseOldest(output);
        }

        buffer.Add(sample);
    }

    /// <summary>
    /// The end of a batch: without disorder the newest instant is complete now. Until then its samples wait for each other, because those
    /// of one payload share their time and their order in it says nothing.
    /// </summary>
    private void CompleteInstant(TwinOutput output)
    {
        while (disorder == 0 && buffer is { Count: > 0 } && (!hasSources || buffer.IsDueBefore(watermark + 1)))
        {
            ReleaseOldest(output);
        }
    }

    private void ReleaseOldest(TwinOutput output)
    {
        ReadOnlySpan<HeldSample> instant = buffer!.OldestInstant;
        if (ordered.IsOrderSensitive)
        {
            Release(instant, output);
        }

        buffer.Remove(instant.Length);
    }

    /// <summary>Does what has become due at the watermark.</summary>
    private void Settle(TwinOutput output)
    {
        if (buffer is not null)
        {
            while (buffer.IsDueBefore(watermark))
            {
                ReleaseOldest(output);
            }
        }

        if (watermark >= nextWindowDue)
        {
            AdvanceWindows(output);
        }
    }

    private void MoveWatermark(long ticks) => watermark = Math.Max(watermark, ticks);

    private void BecomeIdle(TwinOutput output)
    {
        IsIdle = true;
        sources.RestAll();
        if (newest == Ticks.None)
        {
            return;
        }

        // Not beyond the newest event time: what the source has buffered during an outage must not come back late.
        MoveWatermark(newest);
        while (buffer is { Count: > 0 })
        {
            ReleaseOldest(output);
        }

        Settle(output);
    }

    private void AdvanceWindows(TwinOutput output)
    {
        nextWindowDue = Ticks.Never;
        foreach (MetricTrack metric in metrics)
        {
            foreach (WindowTracker tracker in metric.Trackers)
            {
                if (tracker.NextDue <= watermark)
                {
                    tracker.Advance(watermark, output.Windows);
                }

                nextWindowDue = Math.Min(nextWindowDue, tracker.NextDue);
            }
        }
    }
}
