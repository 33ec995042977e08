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
            Release(sample, output);
            return;
        }

        if (buffer.IsFull)
        {
            ReleasedEarly++;
            Release(buffer.Take(), output);
        }

        buffer.Add(sample);
    }

    /// <summary>Does what has become due at the watermark.</summary>
    private void Settle(TwinOutput output)
    {
        if (buffer is not null)
        {
            while (buffer.TryTakeBefore(watermark, out HeldSample sample))
            {
                Release(sample, output);
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
        if (newest == Ticks.None)
        {
            return;
        }

        // Not beyond the newest event time: what the source has buffered during an outage must not come back late.
        MoveWatermark(newest);
        while (buffer is { Count: > 0 })
        {
            Release(buffer.Take(), output);
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
