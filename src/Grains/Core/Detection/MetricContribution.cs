namespace Millwright.Core.Detection;

/// <summary>What one metric added to a score, in units of the score.</summary>
public sealed record MetricContribution(int Metric, double Observed, double Baseline, double Share);
