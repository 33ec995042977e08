using Orleans;

namespace Millwright.Twins;

/// <summary>How a component of an asset fares, where that leads, and how well earlier forecasts of it did.</summary>
[GenerateSerializer, Immutable, Alias("millwright.asset-forecast")]
public sealed record AssetForecast
{
    /// <summary>Id of the detector that watches the component.</summary>
    [Id(0)] public required string Component { get; init; }

    /// <summary><c>wear</c> (distance from the component's own beginning) or <c>remaining-life</c> (learned from a fleet).</summary>
    [Id(1)] public required string Kind { get; init; }

    /// <summary>Event time of the newest judgement.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>Grows with wear.</summary>
    [Id(3)] public required double Indicator { get; init; }

    /// <summary>What the indicator is on its way to.</summary>
    [Id(4)] public required double Limit { get; init; }

    /// <summary>Name of that limit: <c>alert</c>, <c>danger</c> or <c>failure</c>.</summary>
    [Id(5)] public required string Crosses { get; init; }

    /// <summary>Growth of the indicator per hour; null while there are too few points.</summary>
    [Id(6)] public double? TrendPerHour { get; init; }

    /// <summary>The trend lies within this distance of <see cref="TrendPerHour"/> eight times out of ten.</summary>
    [Id(7)] public double? TrendReach { get; init; }

    /// <summary>With 10 % the limit is crossed by then; null when no crossing is in sight.</summary>
    [Id(8)] public DateTimeOffset? P10 { get; init; }

    [Id(9)] public DateTimeOffset? P50 { get; init; }

    [Id(10)] public DateTimeOffset? P90 { get; init; }

    /// <summary>Expected remaining life in <see cref="RemainingUnit"/>; null without a fleet's model.</summary>
    [Id(11)] public double? Remaining { get; init; }

    [Id(12)] public double? RemainingP10 { get; init; }

    [Id(13)] public double? RemainingP90 { get; init; }

    /// <summary>What age is counted in, e.g. <c>cycle</c>.</summary>
    [Id(14)] public string? RemainingUnit { get; init; }

    /// <summary>Past intervals that held what came.</summary>
    [Id(15)] public required long Inside { get; init; }

    /// <summary>Past intervals before whose begin it came.</summary>
    [Id(16)] public required long Earlier { get; init; }

    /// <summary>Past intervals that ended without it.</summary>
    [Id(17)] public required long Later { get; init; }
}
