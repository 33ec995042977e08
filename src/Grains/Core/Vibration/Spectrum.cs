using System.Collections.Immutable;
using System.Numerics;

namespace Millwright.Core.Vibration;

/// <summary>The one-sided amplitude spectrum of a block, with the energy of each line.</summary>
/// <remarks>
/// Scaling, as X = DFT of (x − mean)·w: the amplitude of a line is 2·|X|/Σw, so a sine of amplitude A on a line shows A whatever the
/// window;
/// its energy is 2·|X|²/(N·Σw²), so the energies of all lines sum to the mean square of the windowed signal (Parseval), and a band's
/// root is
/// the RMS in it. Constant and Nyquist line have no mirror image and count once. Trap: with a window, adding up squared amplitudes
/// counts leakage several times (1.5 times for Hann); bands must be taken from the energies (Heinzel, Rüdiger and Schilling 2002).
/// </remarks>
public sealed class Spectrum
{
    private Spectrum(double rate, int length, double[] amplitudes, double[] energies)
    {
        Rate = rate;
        Length = length;
        Amplitudes = [.. amplitudes];
        Energies = [.. energies];
    }

    /// <summary>Samples per second.</summary>
    public double Rate { get; }

    /// <summary>Samples in the block.</summary>
    public int Length { get; }

    /// <summary>Hertz between two lines.</summary>
    public double Resolution => Rate / Length;

    /// <summary>Of line k, at k·<see cref="Resolution"/>, from 0 to half the rate; in the signal's unit, zero to peak.</summary>
    public ImmutableArray<double> Amplitudes { get; }

    /// <summary>Of line k; in the square of the signal's unit.</summary>
    public ImmutableArray<double> Energies { get; }

    public static Spectrum Of(ReadOnlySpan<double> block, double rate, SpectralWindow window, FourierTransform transform)
    {
        Invariant.Holds(block.Length == transform.Length && rate > 0);
        double mean = BlockStatistics.MeanOf(block);
        Complex[] windowed = new Complex[block.Length];
        double sum = 0;
        double sumOfSquares = 0;
        for (int n = 0; n < block.Length; n++)
        {
            double weight = window == SpectralWindow.Hann ? 0.5 - (0.5 * Math.Cos(2 * Math.PI * n / block.Length)) : 1;
            windowed[n] = (block[n] - mean) * weight;
            sum += weight;
            sumOfSquares += weight * weight;
        }

        return Scale(transform.Forward(windowed), rate, sum, sumOfSquares);
    }

    /// <summary>Mean square of the signal in the band; its root is the RMS there.</summary>
    public double EnergyIn(FrequencyBand band)
    {
        double energy = 0;
        for (int k = 0; k < Energies.Length; k++)
        {
            if (band.Contains(k, Rate, Length))
            {
                energy += Energies[k];
            }
        }

        return energy;
    }

    private static Spectrum Scale(Complex[] lines, double rate, double sum, double sumOfSquares)
    {
        int length = lines.Length;
        int count = (length / 2) + 1;
        double[] amplitudes = new double[count];
        double[] energies = new double[count];
        for (int k = 0; k < count; k++)
        {
            double sides = k == 0 || 2 * k == length ? 1 : 2;
            double size = lines[k].Magnitude;

            // A Hann window of one sample is zero: such a block has no spectrum, and no division either.
            amplitudes[k] = sum > 0 ? sides * size / sum : 0;
            energies[k] = sumOfSquares > 0 ? sides * size * size / (length * sumOfSquares) : 0;
        }

        return new Spectrum(rate, length, amplitudes, energies);
    }
}
