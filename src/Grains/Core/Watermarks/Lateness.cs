using Millwright.Core.Windows;

namespace Millwright.Core.Watermarks;

/// <summary>Where lateness is decided (HOUSE-STYLE section 3).</summary>
public static class Lateness
{
    public static Punctuality Classify(TimeWindow window, DateTimeOffset watermark, TimeSpan allowedLateness)
    {
        Invariant.Holds(allowedLateness >= TimeSpan.Zero);
        return Classify(window.End.UtcTicks, watermark.UtcTicks, allowedLateness.Ticks);
    }

    internal static Punctuality Classify(long end, long watermark, long allowedLateness)
    {
        if (end > watermark)
        {
            return Punctuality.OnTime;
        }

        // Subtracted, not added: end + allowedLateness overflows for the session that never ends.
        return watermark - end < allowedLateness ? Punctuality.Late : Punctuality.Dropped;
    }

    /// <summary>True when no sample can change the window any more, so that it may be forgotten.</summary>
    internal static bool IsOver(long end, long watermark, long allowedLateness) =>
        Classify(end, watermark, allowedLateness) == Punctuality.Dropped;
}
