namespace Millwright.Cli.Drill.Verdict;

/// <summary>Milliseconds; null when nothing was measured.</summary>
internal sealed record Quantiles(int Count, double? P50, double? P99, double? Max)
{
    public static Quantiles Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new Quantiles(0, null, null, null)
            : new Quantiles(sorted.Length, At(sorted, 0.5), At(sorted, 0.99), Math.Round(sorted[^1]));
    }

    private static double At(double[] sorted, double share) =>
        Math.Round(sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)]);
}
