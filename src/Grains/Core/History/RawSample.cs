using Millwright.Telemetry;

namespace Millwright.Core.History;

/// <summary>One sample of a metric's history: all that a replay needs to do again what was done when it came.</summary>
/// <param name="Historical">It came as a backfill: it moved no watermark and no detector saw it.</param>
/// <param name="Text">Null for numbers.</param>
public readonly record struct RawSample(
    DateTimeOffset EventTime, double Value, SampleQuality Quality, bool Historical = false, string? Text = null);
