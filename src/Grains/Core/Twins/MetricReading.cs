using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>The last value of one metric. Without <paramref name="HasValue"/> only name and unit mean something.</summary>
/// <param name="Revision">Counts accepted and amended live samples.</param>
public readonly record struct MetricReading(
    string Name, string Unit, bool IsText, bool HasValue, double Value, string? Text, DateTimeOffset EventTime, SampleQuality Quality,
        long Revision);
