using Millwright.Core.Alerting;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>What a meter may use while idle, and what waste costs.</summary>
/// <param name="PerHour">Allowed consumption per hour, in the meter's unit.</param>
/// <param name="After">Idle above that for this long before it is called waste.</param>
public sealed record IdleBenchmark(double PerHour, TimeSpan After, string Origin, double Price, string Currency, double Co2);

/// <summary>
/// A stretch of idling above the benchmark that has not ended; it is waste once it lasts <see cref="IdleBenchmark.After"/>.
/// </summary>
public sealed record IdleStretch
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>Consumed above the benchmark so far.</summary>
    public required double Excess { get; init; }

    /// <summary>Consumed in all so far, and in how much idle time; gives the observed rate.</summary>
    public required double Quantity { get; init; }

    public required TimeSpan Idle { get; init; }

    /// <summary>The energy audience was told. What ends is judged by this, not by a benchmark that may have changed since.</summary>
    public bool IsRaised { get; init; }
}

/// <summary>
/// Finds idle waste from closed consumption intervals. An interval counts as idle when nearly all of its measured time was spent in idle
/// states:
/// a machine that produced for a third of a minute did not idle through it, and a single idle second is not waste.
/// </summary>
public static class IdleJudge
{
    /// <summary>Share of the measured time that must be idle for the stretch to go on.</summary>
    public const double MinIdleShare = 0.9;

    /// <summary>The stretch after this interval, or null when the interval is not idle above the benchmark.</summary>
    public static IdleStretch? Observe(IdleStretch? open, ConsumptionInterval interval, IdleBenchmark benchmark,
        IReadOnlySet<string> idleStates)
    {
        TimeSpan measured = TimeSpan.Zero;
        TimeSpan idle = TimeSpan.Zero;
        double quantity = 0;
        foreach (StateConsumption state in interval.States)
        {
            measured += state.Duration;
            if (idleStates.Contains(state.OperatingState))
            {
                idle += state.Duration;
                quantity += state.Quantity;
            }
        }

        double excess = quantity - (benchmark.PerHour * idle.TotalHours);
        if (idle == TimeSpan.Zero || idle < MinIdleShare * measured || excess <= 0)
        {
            return null;
        }

        // The measured idle time bounds the start: the first interval may have begun before the first sample.
        IdleStretch before = open is not null && open.End == interval.Start
            ? open
            : new IdleStretch { Start = interval.End - idle, End = interval.Start, Excess = 0, Quantity = 0, Idle = TimeSpan.Zero };
        return before with
        {
            End = interval.End,
            Excess = before.Excess + excess,
            Quantity = before.Quantity + quantity,
            Idle = before.Idle + idle,
        };
    }

    public static bool IsWaste(IdleStretch stretch, IdleBenchmark benchmark) => stretch.Idle >= benchmark.After;

    public static string IdOf(ConsumptionInterval interval, IdleStretch stretch) =>
        CauseId.Of("idle-waste", interval.AssetId, interval.Meter, CauseId.Instant(stretch.Start));

    public static IdleWaste Describe(IdleStretch stretch, ConsumptionInterval interval, IdleBenchmark benchmark, bool isEnded) => new()
    {
        Id = IdOf(interval, stretch),
        AssetId = interval.AssetId,
        Meter = interval.Meter,
        Medium = interval.Medium,
        Unit = interval.Unit,
        Start = stretch.Start,
        End = stretch.End,
        Quantity = stretch.Excess,
        Cost = stretch.Excess * benchmark.Price,
        Currency = benchmark.Currency,
        Co2Kilograms = stretch.Excess * benchmark.Co2,
        BenchmarkPerHour = benchmark.PerHour,
        BenchmarkOrigin = benchmark.Origin,
        IsEnded = isEnded,
    };
}
