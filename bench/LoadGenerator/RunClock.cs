namespace Millwright.LoadGenerator;

/// <summary>One clock for plan and arrivals: the wall clock once, then the monotonic one, so that a clock step is no latency.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly long start = time.GetTimestamp();

    /// <summary>Microseconds since the epoch at the start.</summary>
    public long Origin { get; } = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public TimeSpan Elapsed => time.GetElapsedTime(start);

    public long Microseconds => Origin + (Elapsed.Ticks / TimeSpan.TicksPerMicrosecond);
}
