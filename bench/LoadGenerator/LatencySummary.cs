namespace Millwright.LoadGenerator;

/// <summary>Milliseconds. Null where there was nothing to measure.</summary>
internal sealed record LatencySummary(long Count, double? P50, double? P99, double? P999, double? Max, double? FirstThirdP50,
    double? LastThirdP50)
{
    /// <param name="inOrder">In the order of sending.</param>
    public static LatencySummary Of(IReadOnlyList<double> inOrder)
    {
        double[] sorted = [.. inOrder.Order()];
        int third = inOrder.Count / 3;
        return new LatencySummary(
            sorted.Length,
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.99),
            Quantile(sorted, 0.999),
            sorted.Length == 0 ? null : Math.Round(sorted[^1], 3),
            Quantile([.. inOrder.Take(third).Order()], 0.5),
            Quantile([.. inOrder.Skip(inOrder.Count - third).Order()], 0.5));
    }

    /// <summary>Nearest rank: the smallest value that is not below the share.</summary>
    public static double? Quantile(IReadOnlyList<double> sorted, double share)
        => sorted.Count == 0 ? null : Math.Round(sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)], 3);
}
