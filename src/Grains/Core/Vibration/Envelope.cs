using System.Numerics;

namespace Millwright.Core.Vibration;

/// <summary>The envelope of a signal around a carrier band.</summary>
/// <remarks>
/// Intuition: a defect strikes at some hundred hertz but is heard as short rings of a resonance at some kilohertz. What repeats is the
/// loudness
/// of the ring, so the band of the resonance is cut out, its loudness taken, and the spectrum of that shows the strikes (Darlow,
/// Badgley and
/// Hogg 1974; Randall and Antoni 2011). Method: the lines of the carrier band are doubled, all others zeroed, negative frequencies too;
/// transformed back this is the analytic signal, and its magnitude the envelope. Trap: the cut is exact in frequency and so circular
/// in time: the
/// block's end rings into its begin. A block is long against a ring, or a taper would be needed.
/// </remarks>
public static class Envelope
{
    public static double[] Of(ReadOnlySpan<double> block, double rate, FrequencyBand carrier, FourierTransform transform)
    {
        Complex[] lines = transform.Forward(block);
        for (int k = 0; k < lines.Length; k++)
        {
            bool isKept = 2 * k <= lines.Length && carrier.Contains(k, rate, lines.Length);
            double sides = k == 0 || 2 * k == lines.Length ? 1 : 2;
            lines[k] = isKept ? lines[k] * sides : Complex.Zero;
        }

        Complex[] analytic = transform.Inverse(lines);
        double[] envelope = new double[analytic.Length];
        for (int i = 0; i < envelope.Length; i++)
        {
            envelope[i] = analytic[i].Magnitude;
        }

        return envelope;
    }

    /// <summary>The amplitude spectrum of the envelope, its mean removed; Hann window.</summary>
    public static Spectrum SpectrumOf(ReadOnlySpan<double> block, double rate, FrequencyBand carrier, FourierTransform transform) =>
        Spectrum.Of(Of(block, rate, carrier, transform), rate, SpectralWindow.Hann, transform);
}
