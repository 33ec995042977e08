namespace Millwright.LoadGenerator;

/// <summary>What one run at one rate gave. A message holds <see cref="SamplesPerMessage"/> samples.</summary>
internal sealed record LoadResult
{
    public double? OfferedPerSecond { get; init; }

    public required int SamplesPerMessage { get; init; }

    public required long Sent { get; init; }

    public required long Acknowledged { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Acknowledged (QoS 0: sent) messages per second until the last of them.</summary>
    public required double MessagesPerSecond { get; init; }

    public double SamplesPerSecond => Math.Round(MessagesPerSecond * SamplesPerMessage);

    public required long Spikes { get; init; }

    public required long AlertsMissing { get; init; }

    public required long AlertsDoubled { get; init; }

    public required long AlertsUnexpected { get; init; }

    public required LatencySummary AlertLatency { get; init; }

    /// <summary>Microseconds of the generator's own CPU per message.</summary>
    public required double GeneratorCpuMicroseconds { get; init; }

    /// <summary>Microseconds of the watched process's CPU per sample; null when none was watched.</summary>
    public double? SystemCpuMicroseconds { get; init; }

    public double? SystemMemoryMegabytes { get; init; }

    public string? Fault { get; init; }

    /// <summary>PERFORMANCE.md: 97 % of the rate, p99 under 200 ms, a median that does not grow; and every spike alerted once.</summary>
    public bool IsSustained
    {
        get
        {
            bool keptUp = OfferedPerSecond is not { } offered || MessagesPerSecond >= 0.97 * offered;
            bool isQuick = AlertLatency.P99 is null or < 200;

            // A queue that grows doubles the median within a run; noise of a few milliseconds does not count.
            bool isFlat = AlertLatency is not { FirstThirdP50: { } first, LastThirdP50: { } last } || last <= (2 * first) + 5;
            return Fault is null && keptUp && isQuick && isFlat && AlertsMissing == 0 && AlertsDoubled == 0;
        }
    }
}
