namespace Millwright.Core.Detection;

/// <summary>What a <see cref="MetricBaseline"/> made of one sample.</summary>
internal readonly record struct MetricJudgement(double Score, double Observed, double Expected, DecisionVerdict Verdict)
{
    /// <summary>The instant it is about when that is not the sample's own, e.g. the one before; zero for the sample's.</summary>
    public long AboutTicks { get; init; }

    /// <summary>Where what was compared begins; zero for the sample itself.</summary>
    public long StartTicks { get; init; }

    /// <summary>A value at <see cref="AboutTicks"/> at which it would not have begun; only looked at when it begins.</summary>
    public double? Counterfactual { get; init; }

    /// <summary>Assets behind the prior that judged; 0 for the own baseline.</summary>
    public int PriorPeers { get; init; }

    public bool IsHeld => Verdict == DecisionVerdict.Active && double.IsNaN(Score);

    /// <summary>This sample cannot be judged, and what is open stays as it was judged last.</summary>
    public static MetricJudgement Held => new(double.NaN, double.NaN, double.NaN, DecisionVerdict.Active);

    public static MetricJudgement Warming(in Observation observation) =>
        new(double.NaN, observation.Value, double.NaN, DecisionVerdict.Warming);
}
