namespace Millwright.Core.Detection;

/// <summary>
/// Standard deviation of a window without its outliers: the larger of the quartile range / 1.349 and the 10–90 % range / 2.563, widened
/// for small samples. <see cref="RobustZDetector"/> says why.
/// </summary>
internal static class RobustScale
{
    /// <summary>Smallest spread in the metric's own unit: below it doubles near 1 stop being neighbours.</summary>
    public const double AbsoluteFloor = 1e-9;

    private const double GaussianQuartileRange = 1.349;
    private const double GaussianDecileRange = 2.563;
    private const double SmallSampleCount = 22;

    public static double Of(SortedWindow window, double floor)
    {
        double quartiles = (window.Quantile(0.75) - window.Quantile(0.25)) / GaussianQuartileRange;
        double deciles = (window.Quantile(0.9) - window.Quantile(0.1)) / GaussianDecileRange;
        double smallness = SmallSampleCount / window.Count;
        double spread = Math.Max(quartiles, deciles) * (1 + (smallness * smallness));
        floor = Math.Max(floor, AbsoluteFloor);

        // Ranges of values near the largest double overflow; a finite ceiling keeps what is clipped and stored a number.
        return Math.Clamp(spread, floor, Math.Max(floor, double.MaxValue / 1e6));
    }
}
