using System.Collections.Immutable;

namespace Millwright.Core.Vibration;

/// <summary>From a block of raw samples to the few numbers that a twin keeps.</summary>
public static class VibrationAnalysis
{
    /// <summary>
    /// The values in the order of <see cref="VibrationProfile.Count"/>. NaN where the block has none: crest and kurtosis of a signal that
    /// stands still, a band above half the rate.
    /// </summary>
    public static double[] Derive(
        VibrationProfile profile, ReadOnlySpan<double> block, double rate, FourierTransform? transform = null)
    {
        BlockStatistics time = BlockStatistics.Of(block);
        double[] values = new double[profile.Count];
        (values[0], values[1], values[2], values[3]) = (time.Rms, time.Peak, time.Crest, time.Kurtosis);
        if (values.Length == 4)
        {
            return values;
        }

        FourierTransform plan = transform ?? new FourierTransform(block.Length);
        int next = 4;
        if (profile.Bands.Length > 0)
        {
            next = Fill(values, next, profile.Bands, Spectrum.Of(block, rate, SpectralWindow.Hann, plan));
        }

        if (profile is { Carrier: { } carrier, EnvelopeBands.Length: > 0 })
        {
            if (carrier.High > rate / 2)
            {
                values.AsSpan(next).Fill(double.NaN);
                return values;
            }

            Fill(values, next, profile.EnvelopeBands, Envelope.SpectrumOf(block, rate, carrier, plan));
        }

        return values;
    }

    private static int Fill(double[] values, int next, ImmutableArray<FrequencyBand> bands, Spectrum spectrum)
    {
        foreach (FrequencyBand band in bands)
        {
            // Half a band would look like a quiet machine: none is said of what the rate cannot show.
            values[next++] = band.High <= spectrum.Rate / 2 ? Math.Sqrt(spectrum.EnergyIn(band)) : double.NaN;
        }

        return next;
    }
}
