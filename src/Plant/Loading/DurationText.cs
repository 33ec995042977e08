using System.Globalization;
using System.Xml;

namespace Millwright.Plant.Loading;

/// <summary>Durations: <c>250ms</c>, <c>10s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>, <c>0</c>, or ISO 8601 (<c>PT5M</c>).</summary>
internal static class DurationText
{
    public const string Advice = "Write a number with its unit, e.g. 250ms, 10s, 5m, 1h, 7d, or ISO 8601 such as PT5M.";

    // Longer than any bound of the model, and far from TimeSpan's overflow.
    private const double MaxSeconds = 1e10;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        if (text.StartsWith('P'))
        {
            return TryIso(text, out duration);
        }

        double seconds = 0;
        int at = 0;
        double lastUnit = double.MaxValue;
        while (at < text.Length)
        {
            int digits = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            int unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
            {
                at++;
            }

            double size = UnitSeconds(text[unit..at]);
            if (unit == digits || at == unit || size <= 0 || size >= lastUnit
                || !double.TryParse(text[digits..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            lastUnit = size;
            seconds += number * size;
        }

        if (text.Length == 0 || !(seconds < MaxSeconds))
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static double UnitSeconds(string unit) => unit switch
    {
        "us" => 1e-6, "ms" => 1e-3, "s" => 1, "m" or "min" => 60, "h" => 3600, "d" => 86_400, _ => 0,
    };

    private static bool TryIso(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;

        // Years and months have no fixed length, so they are no durations here.
        int time = text.IndexOf('T', StringComparison.Ordinal);
        if (text[..(time < 0 ? text.Length : time)].AsSpan().IndexOfAny("YM") >= 0)
        {
            return false;
        }

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return duration >= TimeSpan.Zero && duration.TotalSeconds < MaxSeconds;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
