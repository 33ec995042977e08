using Millwright.Telemetry;

namespace Millwright.Core.Detection;

/// <summary>One sample as detectors and windows see it: the metric is an index into the twin's metric table.</summary>
public readonly record struct Observation(int Metric, DateTimeOffset EventTime, double Value, SampleQuality Quality);
