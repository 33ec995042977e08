namespace Millwright.Core.Alerting;

/// <summary>How people call a metric of the twin's table. The unit is empty when it has none or it is unknown.</summary>
public readonly record struct MetricLabel(string Name, string Unit);
