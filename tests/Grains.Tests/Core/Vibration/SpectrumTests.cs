using Millwright.Core.Vibration;

namespace Millwright.Grains.Tests.Core.Vibration;

public class SpectrumTests
{
    private const double Rate = 25_600;
    private const int Length = 2_560;

    [Theory]
    [InlineData(SpectralWindow.Hann)]
    [InlineData(SpectralWindow.Rectangular)]
    public void Line_ShowsTheAmplitudeOfASine(SpectralWindow window)
    {
        var spectrum = Spectrum.Of(Sine(1.75, 500), Rate, window, new FourierTransform(Length));

        Assert.Equal(1.75, spectrum.Amplitudes[50], 9);
        Assert.Equal(10, spectrum.Resolution, 12);
    }

    [Theory]
    [InlineData(SpectralWindow.Hann, 500)]
    [InlineData(SpectralWindow.Hann, 503)]
    [InlineData(SpectralWindow.Rectangular, 500)]
    public void Band_HoldsTheMeanSquare_WhereverTheLineFalls(SpectralWindow window, double frequency)
    {
        var spectrum = Spectrum.Of(Sine(2, frequency), Rate, window, new FourierTransform(Length));

        // What leaks past ±100 Hz of a Hann window is below a millionth.
        Assert.Equal(2, spectrum.EnergyIn(new FrequencyBand(frequency - 100, frequency + 100)), 4);
    }

    [Theory]
    [InlineData(2560)]
    [InlineData(1021)]
    [InlineData(3)]
    [InlineData(1)]
    public void Energies_SumToTheMeanSquare_WithoutWindow(int length)
    {
        double[] signal = VibrationSignal.Make(length, Rate);

        var spectrum = Spectrum.Of(signal, Rate, SpectralWindow.Rectangular, new FourierTransform(length));

        double rms = BlockStatistics.Of(signal).Rms;
        Assert.Equal(rms * rms, spectrum.Energies.Sum(), 12);
    }

    [Fact]
    public void NeighbouringBands_ShareNoLine_AndLoseNone()
    {
        var spectrum = Spectrum.Of(VibrationSignal.Make(Length, Rate), Rate, SpectralWindow.Hann, new FourierTransform(Length));

        double parts = spectrum.EnergyIn(new(0, 1000)) + spectrum.EnergyIn(new(1000, 1010)) + spectrum.EnergyIn(new(1010, 20_000));
        Assert.Equal(spectrum.Energies.Sum(), parts, 12);
    }

    [Fact]
    public void Envelope_ShowsWhatRepeats_AndNotTheCarrier()
    {
        double[] signal = [.. Enumerable.Range(0, Length).Select(n =>
            (1 + (0.5 * Math.Cos(2 * Math.PI * 100 * n / Rate))) * Math.Sin(2 * Math.PI * 4000 * n / Rate))];

        var spectrum = Envelope.SpectrumOf(signal, Rate, new FrequencyBand(3000, 5000), new FourierTransform(Length));

        Assert.Equal(0.5, spectrum.Amplitudes[10], 9);
        Assert.True(spectrum.EnergyIn(new FrequencyBand(1000, 12_000)) < 1e-12);
    }

    [Fact]
    public void Stillness_HasNoShape()
    {
        double[] still = Enumerable.Repeat(9.81, Length).ToArray();

        double[] values = VibrationAnalysis.Derive(new VibrationProfile { Bands = [new(10, 1000)] }, still, Rate);

        Assert.Equal(0, values[0], 12);
        Assert.Equal(0, values[1], 12);
        Assert.True(double.IsNaN(values[2]) && double.IsNaN(values[3]));
        Assert.Equal(0, values[4], 12);
    }

    [Fact]
    public void BandAboveHalfTheRate_HasNoValue()
    {
        var profile = new VibrationProfile
        {
            Bands = [new(1000, 12_800), new(1000, 12_801)], Carrier = new(5000, 13_000), EnvelopeBands = [new(10, 100)],
        };

        double[] values = VibrationAnalysis.Derive(profile, VibrationSignal.Make(Length, Rate), Rate);

        Assert.True(double.IsFinite(values[4]));
        Assert.True(double.IsNaN(values[5]) && double.IsNaN(values[6]));
    }

    [Fact]
    public void Offset_LeavesTheShapeAlone()
    {
        double[] signal = VibrationSignal.Make(Length, Rate);
        double[] lifted = [.. signal.Select(v => v + 1e6)];

        Assert.Equal(BlockStatistics.Of(signal).Rms, BlockStatistics.Of(lifted).Rms, 9);
        Assert.Equal(BlockStatistics.Of(signal).Kurtosis, BlockStatistics.Of(lifted).Kurtosis, 8);
    }

    private static double[] Sine(double amplitude, double frequency) =>
        [.. Enumerable.Range(0, Length).Select(n => amplitude * Math.Sin(2 * Math.PI * frequency * n / Rate))];
}
