using System.Numerics;
using Millwright.Core.Vibration;

namespace Millwright.Grains.Tests.Core.Vibration;

public class FourierTransformTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(60)]
    [InlineData(143)]
    [InlineData(360)]
    [InlineData(512)]
    [InlineData(1021)]
    [InlineData(1054)]
    [InlineData(2560)]
    public void Forward_EqualsTheDefinition(int length)
    {
        Complex[] values = Values(length);

        Complex[] found = new FourierTransform(length).Forward(values);

        Complex[] expected = Naive(values);
        double scale = expected.Max(v => v.Magnitude);
        for (int k = 0; k < length; k++)
        {
            Assert.True((found[k] - expected[k]).Magnitude <= 1e-12 * scale, $"length {length}, line {k}");
        }
    }

    [Fact]
    public void Forward_EqualsTheDefinition_ForEveryShortLength()
    {
        for (int length = 1; length <= 128; length++)
        {
            Complex[] values = Values(length);
            Complex[] found = new FourierTransform(length).Forward(values);
            Complex[] expected = Naive(values);
            double scale = expected.Max(v => v.Magnitude);
            Assert.All(Enumerable.Range(0, length), k => Assert.True((found[k] - expected[k]).Magnitude <= 1e-12 * scale, $"{length}/{k}"));
        }
    }

    [Theory]
    [InlineData(2560)]
    [InlineData(65_521)]
    [InlineData(65_536)]
    public void Inverse_GivesTheValuesBack(int length)
    {
        Complex[] values = Values(length);
        var transform = new FourierTransform(length);

        Complex[] back = transform.Inverse(transform.Forward(values));

        Assert.True(values.Zip(back, (a, b) => (a - b).Magnitude).Max() < 1e-11);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_537)]
    public void Length_IsBounded(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new FourierTransform(length));

    private static Complex[] Values(int length)
    {
        double[] signal = VibrationSignal.Make(2 * length, 25_600);
        return [.. Enumerable.Range(0, length).Select(n => new Complex(signal[n], signal[length + n]))];
    }

    // The definition, term by term, with the angle reduced in integers.
    private static Complex[] Naive(Complex[] values)
    {
        int length = values.Length;
        Complex[] turns = [.. Enumerable.Range(0, length).Select(k => Complex.FromPolarCoordinates(1, -2 * Math.PI * k / length))];
        Complex[] result = new Complex[length];
        for (int k = 0; k < length; k++)
        {
            for (int n = 0; n < length; n++)
            {
                result[k] += values[n] * turns[(int)((long)n * k % length)];
            }
        }

        return result;
    }
}
