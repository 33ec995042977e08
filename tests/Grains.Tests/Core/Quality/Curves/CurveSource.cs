namespace Millwright.Grains.Tests.Core.Quality.Curves;

/// <summary>Curves by formula: a joint that breaks loose once, and a bit that slips from flank to flank. Deterministic by number.</summary>
internal static class CurveSource
{
    public static (double[] Torque, double[] Angle) Loosening(int number, double size = 2)
    {
        double[] angle = [.. Enumerable.Range(0, 400).Select(i => i * 5.0)];
        double peak = size * (1 + (0.1 * Noise(number, 1)));
        double at = 40 + (5 * Noise(number, 2));
        double rest = 0.02 * size * (1 + (0.3 * Noise(number, 4)));
        return ([.. angle.Select((a, i) =>
            -((peak * Math.Exp(-Square((a - at) / 15))) + rest + (0.2 * rest * Noise(number, 10 + i))))], angle);
    }

    public static (double[] Torque, double[] Angle) Slipping(int number, double size = 2)
    {
        double[] angle = [.. Enumerable.Range(0, 400).Select(i => i * 5.0)];
        return ([.. angle.Select((a, i) => -size * (0.1 + (0.1 * Square(Math.Sin(a * Math.PI / 60)) * (1 + (0.3 * Noise(number, i))))))], angle);
    }

    /// <summary>-1 to 1, from the number alone.</summary>
    public static double Noise(int number, int index)
    {
        ulong mixed = unchecked((((ulong)number * 0x9E3779B97F4A7C15UL) ^ ((ulong)index * 0xC2B2AE3D27D4EB4FUL)) * 0xD6E8FEB86659FD93UL);
        mixed ^= mixed >> 32;
        mixed = unchecked(mixed * 0xD6E8FEB86659FD93UL);
        mixed ^= mixed >> 29;
        return ((mixed >> 11) * (1.0 / (1UL << 52))) - 1;
    }

    private static double Square(double value) => value * value;
}
