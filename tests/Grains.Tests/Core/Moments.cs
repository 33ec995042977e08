namespace Millwright.Grains.Tests.Core;

/// <summary>Instants for tests: seconds after the start of 2026, a whole minute.</summary>
internal static class Moments
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
}
