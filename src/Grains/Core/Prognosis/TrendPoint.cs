namespace Millwright.Core.Prognosis;

/// <summary>Mean of an indicator over a stretch of event time. Seconds count from the first point's beginning.</summary>
internal readonly record struct TrendPoint(double Seconds, double Level, int Count);
