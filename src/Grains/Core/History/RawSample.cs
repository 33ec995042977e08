using Millwright.Telemetry;

namespace Millwright.Core.History;

/// <summary>One sample of a metric's history.</summary>
public readonly record struct RawSample(DateTimeOffset EventTime, double Value, SampleQuality Quality);
