namespace Millwright.LoadGenerator.Schedule;

/// <summary>
/// When each message is meant to leave. The plan does not wait for the receiver: what is late is late, and latency counts from the
/// planned time, so a stall shows in every message that it delayed and not in one (no coordinated omission).
/// </summary>
/// <param name="perSecond">Messages per second, above 0.</param>
internal sealed class OpenLoopSchedule(double perSecond, long total)
{
    public long Total { get; } = total;

    /// <summary>How many messages should have left after a time; never more than the total.</summary>
    public long DueAt(TimeSpan elapsed)
    {
        if (elapsed < TimeSpan.Zero)
        {
            return 0;
        }

        // Message 0 is due at time 0, so the count is one above the last index.
        double due = Math.Floor(elapsed.TotalSeconds * perSecond) + 1;
        return due >= Total ? Total : (long)due;
    }

    /// <summary>Planned time of message <paramref name="index"/>, from 0, in microseconds after the start.</summary>
    public long PlannedMicroseconds(long index) => (long)(index * 1e6 / perSecond);
}
