using System.Numerics;

namespace Millwright.Core.Vibration;

/// <summary>
/// The discrete Fourier transform of one length, any length: X[k] = Σ x[n]·e^(−2πi·nk/N).
/// </summary>
/// <remarks>
/// Method: a length whose prime factors are small is split factor by factor (Stockham's self-sorting form of Cooley and Tukey 1965); any
/// other one becomes a convolution of a convenient length (<see cref="ChirpTransform"/>). Trap: twiddle factors made by repeated
/// multiplication lose a digit per thousand points; here each comes from its own sine and cosine, over an angle reduced in integers.
/// Immutable once made, so one plan serves all threads.
/// </remarks>
public sealed class FourierTransform
{
    /// <summary>Longest length that is accepted: 2.6 s at 25.6 kHz.</summary>
    public const int MaxLength = 65_536;

    // Above it, p² work per butterfly costs more than the convolution.
    private const int MaxFactor = 13;

    private readonly int[] factors;
    private readonly Complex[] turns;
    private readonly ChirpTransform? chirp;

    public FourierTransform(int length)
        : this(length, MaxLength)
    {
    }

    internal FourierTransform(int length, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, limit);
        Length = length;
        factors = Factors(length, out bool isSmooth);
        turns = isSmooth ? Turns(length) : [];
        chirp = isSmooth ? null : new ChirpTransform(length);
    }

    public int Length { get; }

    /// <summary>The transform of as many values as <see cref="Length"/>.</summary>
    public Complex[] Forward(ReadOnlySpan<Complex> values)
    {
        Invariant.Holds(values.Length == Length);
        return chirp is null ? Split(values) : chirp.Forward(values);
    }

    /// <summary>What <see cref="Forward"/> undoes, with the factor 1/N.</summary>
    public Complex[] Inverse(ReadOnlySpan<Complex> values)
    {
        // Conjugate in, conjugate out: one way to compute, so one accuracy.
        Complex[] mirrored = new Complex[Length];
        for (int i = 0; i < Length; i++)
        {
            mirrored[i] = Complex.Conjugate(values[i]);
        }

        Complex[] result = Forward(mirrored);
        for (int i = 0; i < Length; i++)
        {
            result[i] = new Complex(result[i].Real / Length, -result[i].Imaginary / Length);
        }

        return result;
    }

    public Complex[] Forward(ReadOnlySpan<double> values)
    {
        Complex[] complex = new Complex[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            complex[i] = values[i];
        }

        return Forward(complex);
    }

    /// <summary>e^(−2πi·k/N) for each k.</summary>
    internal static Complex[] Turns(int length)
    {
        Complex[] turns = new Complex[length];
        for (int k = 0; k < length; k++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * k / length);
            turns[k] = new Complex(cosine, -sine);
        }

        return turns;
    }

    private static int[] Factors(int length, out bool isSmooth)
    {
        var found = new List<int>();
        int rest = length;
        while (rest % 4 == 0)
        {
            found.Add(4);
            rest /= 4;
        }

        for (int p = 2; p <= MaxFactor; p++)
        {
            while (rest % p == 0)
            {
                found.Add(p);
                rest /= p;
            }
        }

        isSmooth = rest == 1;
        return [.. found];
    }

    private Complex[] Split(ReadOnlySpan<Complex> values)
    {
        Complex[] from = values.ToArray();
        Complex[] to = new Complex[Length];
        int stride = 1;
        foreach (int factor in factors)
        {
            Pass(from, to, factor, stride);
            (from, to) = (to, from);
            stride *= factor;
        }

        return from;
    }

    // One factor: sums over every m-th value, turned, and written where the next pass wants them. No bit reversal remains.
    private void Pass(Complex[] from, Complex[] to, int factor, int stride)
    {
        int m = Length / stride / factor;
        Span<Complex> roots = stackalloc Complex[factor];
        for (int t = 0; t < factor; t++)
        {
            roots[t] = turns[t * (Length / factor)];
        }

        Span<Complex> turn = stackalloc Complex[factor];
        for (int j = 0; j < m; j++)
        {
            for (int r = 0; r < factor; r++)
            {
                turn[r] = turns[j * r * stride];
            }

            ReadOnlySpan<Complex> source = from.AsSpan(stride * j);
            Span<Complex> target = to.AsSpan(stride * factor * j, stride * factor);
            switch (factor)
            {
                case 2:
                    Two(source, target, turn, stride * m);
                    break;
                case 4:
                    Four(source, target, turn, stride * m);
                    break;
                default:
                    Any(source, target, turn, roots, stride * m);
                    break;
            }
        }
    }

    private static void Two(ReadOnlySpan<Complex> source, Span<Complex> target, ReadOnlySpan<Complex> turn, int step)
    {
        int stride = target.Length / 2;
        for (int q = 0; q < stride; q++)
        {
            Complex a = source[q];
            Complex b = source[q + step];
            target[q] = a + b;
            target[q + stride] = (a - b) * turn[1];
        }
    }

    private static void Four(ReadOnlySpan<Complex> source, Span<Complex> target, ReadOnlySpan<Complex> turn, int step)
    {
        int stride = target.Length / 4;
        for (int q = 0; q < stride; q++)
        {
            Complex a = source[q];
            Complex b = source[q + step];
            Complex c = source[q + (2 * step)];
            Complex d = source[q + (3 * step)];
            (Complex even, Complex odd, Complex sum, Complex difference) = (a + c, a - c, b + d, b - d);

            // A quarter turn swaps the parts: no multiplication, no rounding.
            var quarter = new Complex(difference.Imaginary, -difference.Real);
            target[q] = even + sum;
            target[q + stride] = (odd + quarter) * turn[1];
            target[q + (2 * stride)] = (even - sum) * turn[2];
            target[q + (3 * stride)] = (odd - quarter) * turn[3];
        }
    }

    private static void Any(
        ReadOnlySpan<Complex> source, Span<Complex> target, ReadOnlySpan<Complex> turn, ReadOnlySpan<Complex> roots, int step)
    {
        int factor = roots.Length;
        int stride = target.Length / factor;
        for (int q = 0; q < stride; q++)
        {
            for (int r = 0; r < factor; r++)
            {
                Complex sum = source[q];
                int root = 0;
                for (int t = 1; t < factor; t++)
                {
                    root += r;
                    root -= root >= factor ? factor : 0;
                    sum += source[q + (t * step)] * roots[root];
                }

                target[q + (r * stride)] = sum * turn[r];
            }
        }
    }
}
