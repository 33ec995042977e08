namespace Millwright.Bench.Stores;

internal sealed record StoreMeasurement(string Name, double PerSecond, double MedianMilliseconds, double P99Milliseconds)
{
    public static StoreMeasurement Of(string name, IEnumerable<double> milliseconds, TimeSpan took)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new(name, sorted.Length / took.TotalSeconds, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }
}
