namespace Millwright.Core.Prognosis;

/// <summary>
/// How a component fares and where that leads. A component is what one detector of wear watches: the whole asset by default, a bearing
/// where the plant model gives it a detector of its own.
/// </summary>
public sealed record ComponentForecast
{
    /// <summary>Id of the detector.</summary>
    public required string Component { get; init; }

    /// <summary>
    /// What the indicator is: <c>wear</c>, 0 when new and at the limit when wear is beyond doubt, or <c>remaining-life</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Event time of the newest judgement.</summary>
    public required DateTimeOffset At { get; init; }

    public required double Indicator { get; init; }

    /// <summary>What the indicator is on its way to.</summary>
    public required double Limit { get; init; }

    /// <summary>Name of that limit: <c>alert</c>, <c>danger</c> or <c>failure</c>.</summary>
    public required string Crosses { get; init; }

    /// <summary>Growth of the indicator per hour; null while there are too few points.</summary>
    public double? TrendPerHour { get; init; }

    /// <summary>Half of the trend's 80 % interval.</summary>
    public double? TrendReach { get; init; }

    /// <summary>By when the limit is crossed with 10 %; null when no crossing is in sight.</summary>
    public DateTimeOffset? P10 { get; init; }

    public DateTimeOffset? P50 { get; init; }

    public DateTimeOffset? P90 { get; init; }

    /// <summary>What is left in the unit of the fleet's age; only from a fleet's model.</summary>
    public RemainingLife? Remaining { get; init; }

    /// <summary>Unit of <see cref="Remaining"/>.</summary>
    public string? RemainingUnit { get; init; }

    /// <summary>Past intervals that held the crossing.</summary>
    public long Inside { get; init; }

    /// <summary>Past intervals before whose begin it came.</summary>
    public long Earlier { get; init; }

    /// <summary>Past intervals after whose end it came, or has not come yet.</summary>
    public long Later { get; init; }

    /// <summary>Share of past intervals that held what came; 0.8 is what they promise. Null before the first has been judged.</summary>
    public double? Coverage => Inside + Earlier + Later is > 0 and long all ? (double)Inside / all : null;
}
