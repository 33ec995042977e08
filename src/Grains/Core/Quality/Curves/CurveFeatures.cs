using System.Collections.Immutable;

namespace Millwright.Core.Quality.Curves;

/// <summary>What an engineer reads off a curve of torque over angle, as seven numbers.</summary>
/// <remarks>
/// Intuition: a joint that comes loose (or is drawn tight) does it once. Torque rises over a few degrees to one peak, and the rest of the
/// turning costs little beside it. A bit that slips in a worn head never gets there: it climbs out and falls in again with each flank, so
/// the peak stays low and the same bumps come back until the programme's angle is done; a nut that turns along, or a jammed thread,
/// leaves work outside of the peak too. So beside the peak itself it is what lies farther from it than a flank that tells.
/// Traps: everything but the peak and its place is a ratio to the peak, or a big screw would look unlike a small one; direction does not
/// count, since loosening turns backwards; nothing refers to time, which depends on the programme's speed.
/// Sources: Bickford, Introduction to the Design and Behavior of Bolted Joints, ch. 7-8; VDI/VDE 2645-3 for the signature of a joint.
/// </remarks>
public static class CurveFeatures
{
    public const int Count = 7;

    /// <summary>Fewer points show no shape.</summary>
    public const int MinPoints = 16;

    /// <summary>Degrees on either side that belong to the peak: one flank of a hexagon or of a six-lobed bit.</summary>
    private const double Flank = 60;

    /// <summary>Where the rise to the peak begins, as a share of the peak.</summary>
    private const double Onset = 0.2;

    private const double Quantile = 0.95;

    /// <summary>Significant digits that are kept.</summary>
    private const int Digits = 5;

    public static ImmutableArray<string> Names { get; } = ["peak", "angle", "rise", "second", "rest", "ripple", "spread"];

    /// <summary>Units of the features; the peak has the curve's own.</summary>
    public static ImmutableArray<string> Units { get; } = ["", "deg", "deg", "1", "1", "1", "1"];

    /// <summary>
    /// peak: largest torque; angle: where; rise: degrees from a fifth of the peak to it; second, rest: largest torque and its 95 % quantile
    /// outside of the peak, over the peak; ripple: root of the mean squared change from point to point there, over the peak;
    /// spread: share of the work that was done there.
    /// </summary>
    public static double[] Of(ReadOnlySpan<double> torque, ReadOnlySpan<double> angle)
    {
        Invariant.Holds(torque.Length == angle.Length && torque.Length >= MinPoints);
        int at = 0;
        for (int i = 1; i < torque.Length; i++)
        {
            at = Math.Abs(torque[i]) > Math.Abs(torque[at]) ? i : at;
        }

        double peak = Math.Max(Math.Abs(torque[at]), 1e-9);
        int onset = at;
        while (onset > 0 && Math.Abs(torque[onset]) > Onset * peak)
        {
            onset--;
        }

        Outside outside = Measure(torque, angle, angle[at]);
        double[] features =
        [
            peak, Math.Abs(angle[at] - angle[0]), Math.Abs(angle[at] - angle[onset]),
            outside.Largest / peak, outside.Usual / peak, outside.Ripple / peak, outside.Spread,
        ];
        for (int i = 0; i < Count; i++)
        {
            features[i] = Rounded(features[i]);
        }

        return features;
    }

    /// <summary>The scale on which a feature is judged: ratios and degrees vary by factors, so all are logarithms, kept off zero.</summary>
    public static double Scaled(int feature, double value) => feature switch
    {
        0 => Math.Log(Math.Max(value, 1e-9)),
        1 => Math.Log(Math.Max(value, 0) + 30),
        2 => Math.Log(Math.Max(value, 0) + 10),
        3 or 4 => Math.Log(Math.Max(value, 0) + 0.01),
        5 => Math.Log(Math.Max(value, 0) + 0.002),
        _ => Math.Log((Math.Clamp(value, 0, 1) + 0.02) / (1 - Math.Clamp(value, 0, 1) + 0.02)),
    };

    /// <summary>What <see cref="Scaled"/> undoes.</summary>
    public static double Unscaled(int feature, double scaled)
    {
        double value = Math.Exp(Math.Clamp(scaled, -50, 50));
        return feature switch
        {
            0 => value,
            1 => Math.Max(value - 30, 0),
            2 => Math.Max(value - 10, 0),
            3 or 4 => Math.Max(value - 0.01, 0),
            5 => Math.Max(value - 0.002, 0),
            _ => Math.Clamp(((1.02 * value) - 0.02) / (1 + value), 0, 1),
        };
    }

    // What a tool measures has three or four digits; the quotient of two such numbers has sixteen, and history would keep them all.
    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value;
        }

        int decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        double unit = decimals < 0 ? Math.Pow(10, -decimals) : 1;
        return decimals < 0 ? Math.Round(value / unit) * unit : Math.Round(value, Math.Min(decimals, 15));
    }

    private static Outside Measure(ReadOnlySpan<double> torque, ReadOnlySpan<double> angle, double center)
    {
        var sizes = new List<double>(torque.Length);
        (double work, double outer, double squares) = (0, 0, 0);
        int pairs = 0;
        for (int i = 0; i < torque.Length; i++)
        {
            bool isOutside = Math.Abs(angle[i] - center) > Flank;
            double before = i == 0 ? 0 : Math.Abs(angle[i] - angle[i - 1]) * (Math.Abs(torque[i]) + Math.Abs(torque[i - 1])) / 2;
            work += before;
            if (!isOutside)
            {
                continue;
            }

            outer += before;
            sizes.Add(Math.Abs(torque[i]));
            if (i > 0 && Math.Abs(angle[i - 1] - center) > Flank)
            {
                double change = Math.Abs(torque[i]) - Math.Abs(torque[i - 1]);
                squares += change * change;
                pairs++;
            }
        }

        sizes.Sort();
        double usual = sizes.Count == 0 ? 0 : sizes[(int)Math.Ceiling(Quantile * sizes.Count) - 1];
        return new Outside(
            sizes.Count == 0 ? 0 : sizes[^1], usual, pairs == 0 ? 0 : Math.Sqrt(squares / pairs), work > 0 ? outer / work : 0);
    }

    private readonly record struct Outside(double Largest, double Usual, double Ripple, double Spread);
}
