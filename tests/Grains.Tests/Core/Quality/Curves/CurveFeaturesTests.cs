using Millwright.Core.Quality.Curves;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

public class CurveFeaturesTests
{
    [Fact]
    public void Features_AreWhatOneReadsOffTheCurve()
    {
        // A triangle of 4 Nm at 50°, rising over 40°, then 0.4 Nm for 900°, once 1 Nm.
        double[] angle = [.. Enumerable.Range(0, 101).Select(i => 10.0 * i)];
        double[] torque = [.. angle.Select(a => a <= 10 ? 0 : a <= 50 ? (a - 10) / 10 : a <= 100 ? 4 - ((a - 50) * 0.072) : a == 500 ? 1 : 0.4)];

        double[] found = CurveFeatures.Of(torque, angle);

        Assert.Equal(4, found[0]);
        Assert.Equal(50, found[1]);
        Assert.Equal(40, found[2]);
        Assert.Equal(0.25, found[3]);
        Assert.Equal(0.1, found[4]);
        Assert.Equal(0.022613, found[5]);
        Assert.Equal(Math.Sqrt(2 * 0.36 / 88) / 4, found[5], 6);
        double outside = (10 * 0.4 * 89) + (10 * 0.6);
        double inside = 80 + (50 * 2.2) + (10 * 0.4);
        Assert.Equal(outside / (inside + outside), found[6], 5);
    }

    [Fact]
    public void Direction_AndSize_DoNotCount_ButForThePeak()
    {
        (double[] torque, double[] angle) = CurveSource.Loosening(1);

        double[] found = CurveFeatures.Of(torque, angle);
        double[] mirrored = CurveFeatures.Of([.. torque.Select(t => -t)], [.. angle.Select(a => -a)]);
        double[] doubled = CurveFeatures.Of([.. torque.Select(t => 2 * t)], angle);

        Assert.Equal(found, mirrored);
        Assert.Equal(2 * found[0], doubled[0], 3);
        Assert.All(Enumerable.Range(1, 6), i => Assert.Equal(found[i], doubled[i], 1e-4));
    }

    [Fact]
    public void Slipping_LooksUnlikeLoosening()
    {
        double[] loosening = CurveFeatures.Of(CurveSource.Loosening(1).Torque, CurveSource.Loosening(1).Angle);
        double[] slipping = CurveFeatures.Of(CurveSource.Slipping(1).Torque, CurveSource.Slipping(1).Angle);

        Assert.True(slipping[0] < loosening[0] / 2 && slipping[3] > 0.5 && loosening[3] < 0.1 && slipping[6] > 0.8);
    }

    [Theory]
    [InlineData(1.2345678, 1.2346)]
    [InlineData(123_456.78, 123_460)]
    [InlineData(98_765_432.1, 98_765_000)]
    public void Features_KeepFiveDigits_InAnyUnit(double peak, double kept)
    {
        double[] angle = [.. Enumerable.Range(0, 40).Select(i => 5.0 * i)];

        Assert.Equal(kept, CurveFeatures.Of([.. angle.Select(a => a == 60 ? -peak : 0)], angle)[0]);
    }

    [Fact]
    public void Features_AreFinite_ForCurvesWithoutShape()
    {
        double[] none = new double[CurveFeatures.MinPoints];
        double[] still = CurveFeatures.Of(none, none);
        double[] shortTurn = CurveFeatures.Of([.. Enumerable.Repeat(3.0, 16)], [.. Enumerable.Range(0, 16).Select(i => (double)i)]);

        Assert.All(still.Concat(shortTurn), v => Assert.True(double.IsFinite(v)));
        Assert.Equal((0.0, 0.0), (shortTurn[3], shortTurn[6]));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.013)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Scale_IsUndone(double value) => Assert.All(Enumerable.Range(0, CurveFeatures.Count), i =>
        Assert.Equal(i == 0 ? Math.Max(value, 1e-9) : value, CurveFeatures.Unscaled(i, CurveFeatures.Scaled(i, value)), 9));
}
