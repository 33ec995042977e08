namespace Millwright.Grains.Tests.Core.Vibration;

/// <summary>The signal of the golden file: two tones, rings of a resonance that repeat every 293 samples, and noise of a known sequence.</summary>
internal static class VibrationSignal
{
    public static double[] Make(int length, double rate)
    {
        double[] signal = new double[length];
        uint state = 12345;
        for (int n = 0; n < length; n++)
        {
            state = unchecked((1664525 * state) + 1013904223);
            double time = n / rate;
            double since = n % 293 / rate;
            signal[n] = 0.3
                + (1.2 * Math.Sin(2 * Math.PI * 1000 * time))
                + (0.5 * Math.Sin(2 * Math.PI * 157 * time))
                + (0.8 * Math.Exp(-800 * since) * Math.Sin(2 * Math.PI * 4000 * since))
                + (0.4 * ((state / 4294967296.0) - 0.5));
        }

        return signal;
    }
}
