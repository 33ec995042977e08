using System.Numerics;

namespace Millwright.Core.Vibration;

/// <summary>
/// The transform of an awkward length (a large prime in it) as a convolution with a chirp, done at a power of two.
/// </summary>
/// <remarks>
/// Bluestein 1970: nk = (n² + k² − (k−n)²)/2, so X[k] = c[k]·Σ (x[n]·c[n])·c̄[k−n] with c[n] = e^(−πi·n²/N). Trap: n² grows past what
/// a sine
/// resolves; the angle is reduced as n² mod 2N in integers first.
/// </remarks>
internal sealed class ChirpTransform
{
    private readonly FourierTransform inner;
    private readonly Complex[] chirp;
    private readonly Complex[] kernel;

    public ChirpTransform(int length)
    {
        int size = 1;
        while (size < (2 * length) - 1)
        {
            size *= 2;
        }

        inner = new FourierTransform(size, 4 * FourierTransform.MaxLength);
        chirp = new Complex[length];
        Complex[] mirrored = new Complex[size];
        for (int n = 0; n < length; n++)
        {
            long reduced = (long)n * n % (2L * length);
            (double sine, double cosine) = Math.SinCos(Math.PI * reduced / length);
            chirp[n] = new Complex(cosine, -sine);
            mirrored[n] = Complex.Conjugate(chirp[n]);
            if (n > 0)
            {
                mirrored[size - n] = mirrored[n];
            }
        }

        kernel = inner.Forward(mirrored);
    }

    public Complex[] Forward(ReadOnlySpan<Complex> values)
    {
        Complex[] padded = new Complex[inner.Length];
        for (int n = 0; n < chirp.Length; n++)
        {
            padded[n] = values[n] * chirp[n];
        }

        Complex[] product = inner.Forward(padded);
        for (int i = 0; i < product.Length; i++)
        {
            product[i] *= kernel[i];
        }

        Complex[] convolved = inner.Inverse(product);
        Complex[] result = new Complex[chirp.Length];
        for (int k = 0; k < result.Length; k++)
        {
            result[k] = convolved[k] * chirp[k];
        }

        return result;
    }
}
