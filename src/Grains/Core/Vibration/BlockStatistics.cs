namespace Millwright.Core.Vibration;

/// <summary>
/// What one block of a fast signal says in the time domain. The mean is removed first: gravity and sensor offset are no vibration.
/// </summary>
/// <param name="Mean">The removed mean, in the signal's unit.</param>
/// <param name="Rms">Root of the mean square, divided by N.</param>
/// <param name="Peak">Largest deviation from the mean, either side.</param>
/// <param name="Crest">Peak / RMS: 1.41 for a sine, about 3.5 to 4.5 for noise, more for shocks. NaN for a signal that stands
/// still.</param>
/// <param name="Kurtosis">Fourth moment / square of the second: 1.5 for a sine, 3 for noise (not the excess). NaN likewise.</param>
/// <remarks>
/// A damaged bearing rings once per pass of the defect: peaks and kurtosis rise before the RMS does, and fall again when the damage is
/// everywhere (Dyer and Stewart 1978). So none of them alone is a health index.
/// </remarks>
public readonly record struct BlockStatistics(double Mean, double Rms, double Peak, double Crest, double Kurtosis)
{
    public static BlockStatistics Of(ReadOnlySpan<double> block)
    {
        Invariant.Holds(block.Length > 0);
        double mean = MeanOf(block);
        double square = 0;
        double fourth = 0;
        double peak = 0;
        foreach (double value in block)
        {
            double deviation = value - mean;
            double squared = deviation * deviation;
            square += squared;
            fourth += squared * squared;
            peak = Math.Max(peak, Math.Abs(deviation));
        }

        square /= block.Length;
        double rms = Math.Sqrt(square);

        // A constant block leaves the rounding of its own mean: that is stillness, not a signal with a shape.
        bool isStill = rms <= 1e-13 * Math.Abs(mean) || rms == 0;
        return new BlockStatistics(
            mean, rms, peak, isStill ? double.NaN : peak / rms, isStill ? double.NaN : fourth / block.Length / (square * square));
    }

    /// <summary>In two passes: the second takes back what the first lost to an offset that is large beside the vibration.</summary>
    public static double MeanOf(ReadOnlySpan<double> block)
    {
        double sum = 0;
        foreach (double value in block)
        {
            sum += value;
        }

        double mean = sum / block.Length;
        double rest = 0;
        foreach (double value in block)
        {
            rest += value - mean;
        }

        return mean + (rest / block.Length);
    }
}
