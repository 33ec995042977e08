using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// One sample as the engine takes it. <paramref name="Metric"/> comes from <see cref="TwinEngine.MetricIndex"/>; -1 is rejected and
/// counted. <paramref name="Source"/> comes from <see cref="TwinEngine.SourceIndex"/>; while there is one source it is 0.
/// </summary>
public readonly record struct TwinSample(
    int Metric, DateTimeOffset EventTime, DateTimeOffset IngestTime, double Value, string? Text =
        null, SampleQuality Quality = SampleQuality.Good, bool Historical = false, int Source = 0);
