namespace Millwright.Core.Windows;

/// <summary>
/// Event time inside the core: UTC ticks of 100 ns since year 1, as <see cref="DateTimeOffset.UtcTicks"/>. Sums saturate at the ends of
/// the calendar: a window that would end after the year 9999 ends there, instead of throwing in the middle of a batch.
/// </summary>
internal static class Ticks
{
    public const long None = long.MinValue;
    public const long Never = long.MaxValue;
    public static readonly long Max = DateTimeOffset.MaxValue.UtcTicks;
    private static readonly long Epoch = DateTimeOffset.UnixEpoch.UtcTicks;

    public static long Add(long instant, long span)
    {
        // Instants are within 62 bits and spans that matter are too, so the sum cannot wrap once the span is clamped.
        long sum = instant + Math.Clamp(span, -Max, Max);
        return Math.Clamp(sum, 0, Max);
    }

    /// <summary>
    /// Start of the grid cell that holds the instant. Floors towards the past also before the epoch; may be negative for the first cell
    /// of the calendar.
    /// </summary>
    public static long Floor(long instant, long size, long offset)
    {
        long remainder = (instant - Epoch - (offset % size)) % size;
        return instant - (remainder < 0 ? remainder + size : remainder);
    }

    public static DateTimeOffset ToInstant(long ticks) => new(Math.Clamp(ticks, 0, Max), TimeSpan.Zero);
}
