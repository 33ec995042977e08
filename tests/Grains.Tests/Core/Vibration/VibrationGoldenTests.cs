using System.Text.Json;
using Millwright.Core.Vibration;

namespace Millwright.Grains.Tests.Core.Vibration;

/// <summary>Block metrics against numpy and scipy, to 1e-9 relative. The file says how it was made; the signal is made here by formula.</summary>
public class VibrationGoldenTests
{
    private const double Tolerance = 1e-9;

    // A line nine orders below the signal is itself a difference of rounded numbers: numpy's last bits are no reference there.
    private const double Rounding = 1e-15;

    public static TheoryData<int> Lengths() => [2560, 1021, 3000, 77];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void TimeMetrics_EqualTheReference(int length)
    {
        (JsonElement golden, double[] signal, _) = Case(length);

        BlockStatistics found = BlockStatistics.Of(signal);

        Near(golden, "mean", found.Mean);
        Near(golden, "rms", found.Rms);
        Near(golden, "peak", found.Peak);
        Near(golden, "crest", found.Crest);
        Near(golden, "kurtosis", found.Kurtosis);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Spectrum_EqualsTheReference(int length)
    {
        (JsonElement golden, double[] signal, double rate) = Case(length);

        var found = Spectrum.Of(signal, rate, SpectralWindow.Hann, new FourierTransform(length));

        AtLines(golden, "amplitudes", k => found.Amplitudes[k]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Envelope_AndItsSpectrum_EqualTheReference(int length)
    {
        (JsonElement golden, double[] signal, double rate) = Case(length);
        var transform = new FourierTransform(length);

        double[] envelope = Envelope.Of(signal, rate, new FrequencyBand(3000, 5000), transform);
        var found = Envelope.SpectrumOf(signal, rate, new FrequencyBand(3000, 5000), transform);

        AtLines(golden, "envelope", k => envelope[k]);
        AtLines(golden, "envelopeAmplitudes", k => found.Amplitudes[k]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Derive_GivesTheValuesInOrder(int length)
    {
        (JsonElement golden, double[] signal, double rate) = Case(length);
        var profile = new VibrationProfile
        {
            Bands = [new(10, 1000), new(1000, 2000), new(2000, 6000)],
            Carrier = new FrequencyBand(3000, 5000),
            EnvelopeBands = [new(80, 95), new(160, 400)],
        };

        double[] found = VibrationAnalysis.Derive(profile, signal, rate);

        double[] expected =
        [
            .. new[] { "rms", "peak", "crest", "kurtosis" }.Select(n => golden.GetProperty(n).GetDouble()),
            .. Numbers(golden, "bands"), .. Numbers(golden, "envelopeBands"),
        ];
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Near(expected[i], found[i], $"value {i}");
        }
    }

    private static (JsonElement Golden, double[] Signal, double Rate) Case(int length)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Core", "Vibration", "vibration.golden.json");
        JsonElement golden = JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("length").GetInt32() == length);
        double rate = golden.GetProperty("rate").GetDouble();
        return (golden, VibrationSignal.Make(length, rate), rate);
    }

    private static IEnumerable<double> Numbers(JsonElement golden, string name) =>
        golden.GetProperty(name).EnumerateArray().Select(v => v.GetDouble());

    private static void AtLines(JsonElement golden, string name, Func<int, double> found)
    {
        foreach ((double line, double expected) in Numbers(golden, "lines").Zip(Numbers(golden, name)))
        {
            Near(expected, found((int)line), $"{name}[{line}]");
        }
    }

    private static void Near(JsonElement golden, string name, double found) => Near(golden.GetProperty(name).GetDouble(), found, name);

    private static void Near(double expected, double found, string what) =>
        Assert.True(Math.Abs(found - expected) <= (Tolerance * Math.Abs(expected)) + Rounding, $"{what}: {found:R} instead of {expected:R}");
}
