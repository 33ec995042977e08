namespace Millwright.Detectors;

/// <summary>One good sample as a detector of one's own sees it.</summary>
/// <param name="Metric">As in the plant model.</param>
/// <param name="Value">In the metric's unit.</param>
/// <param name="OperatingState">That holds now; <c>unknown</c> when no condition does.</param>
public readonly record struct Sample(string Metric, DateTimeOffset EventTime, double Value, string OperatingState = "unknown")
{
    /// <summary>Samples at even distances, for tests.</summary>
    public static IEnumerable<Sample> Series(string metric, DateTimeOffset start, TimeSpan interval, params double[] values) =>
        values.Select((value, i) => new Sample(metric, start + (i * interval), value));
}
