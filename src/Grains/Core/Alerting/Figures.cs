using System.Globalization;

namespace Millwright.Core.Alerting;

/// <summary>Numbers as people read them: as many digits as the difference that matters needs, and no more.</summary>
internal static class Figures
{
    private const int MaxDecimals = 12;
    private static readonly string[] Formats =
        [.. Enumerable.Range(0, MaxDecimals + 1).Select(n => n == 0 ? "0" : "0." + new string('#', n))];

    private enum Rounding
    {
        Nearest = 0,
        Down = 1,
        Up = 2,
    }

    /// <summary>Rounded to a hundredth of <paramref name="difference"/>, or to four digits when there is none.</summary>
    public static string Of(double value, double difference = 0) => Rounded(value, difference, Rounding.Nearest);

    /// <summary>As <see cref="Of"/>, but never above the value: for what must be at most this.</summary>
    public static string AtMost(double value, double difference) => Rounded(value, difference, Rounding.Down);

    public static string AtLeast(double value, double difference) => Rounded(value, difference, Rounding.Up);

    public static string WithUnit(string figure, string unit) => unit.Length == 0 ? figure : $"{figure} {unit}";

    /// <summary>One unit that fits: a stuck sensor of nine days is not 777600 s.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => Of(span.TotalSeconds) + " s",
        { TotalMinutes: < 120 } => Of(span.TotalMinutes) + " min",
        { TotalHours: < 48 } => Of(span.TotalHours) + " h",
        _ => Of(span.TotalDays) + " days",
    };

    private static string Rounded(double value, double difference, Rounding rounding)
    {
        double size = Math.Abs(value);
        if (size is >= 1e15 or (> 0 and < 1e-9))
        {
            return value.ToString("G4", CultureInfo.InvariantCulture);
        }

        double distance = Math.Abs(difference);
        double step = distance > 0 && double.IsFinite(distance) ? distance / 100 : size / 1_000;
        int decimals = step > 0 ? (int)Math.Clamp(Math.Ceiling(-Math.Log10(step)), 0, MaxDecimals) : 0;

        // Scaling a large number by many decimals would lose the digits it is about; then it is printed as it is.
        double scale = Math.Pow(10, decimals);
        double scaled = value * scale;
        if (Math.Abs(scaled) < 1e15)
        {
            value = rounding switch
            {
                Rounding.Down => Math.Floor(scaled),
                Rounding.Up => Math.Ceiling(scaled),
                _ => Math.Round(scaled, MidpointRounding.AwayFromZero),
            } / scale;
        }

        string text = value.ToString(Formats[decimals], CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }
}
