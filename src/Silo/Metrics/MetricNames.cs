using System.Text;

namespace Millwright.Silo.Metrics;

/// <summary>From the names and units of .NET instruments to those of Prometheus.</summary>
internal static class MetricNames
{
    public static string Metric(string instrument, string? unit, MetricKind kind)
    {
        string name = Legal(instrument, allowColon: true);
        string suffix = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" or "µs" => "microseconds",
            "ns" => "nanoseconds",
            "By" or "bytes" => "bytes",
            "Cel" => "celsius",
            "%" => "percent",
            "1" when kind == MetricKind.Gauge => "ratio",
            _ => "",
        };
        name = suffix.Length == 0 || name.EndsWith("_" + suffix, StringComparison.Ordinal) ? name : $"{name}_{suffix}";

        // The suffix of counters is the format's to write.
        return kind == MetricKind.Counter && name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;
    }

    public static string Label(string name)
    {
        string legal = Legal(name, allowColon: false);

        // Two leading underscores are Prometheus' own.
        return legal.StartsWith("__", StringComparison.Ordinal) ? legal[1..] : legal;
    }

    public static string EscapeLabel(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    public static string EscapeHelp(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Legal(string name, bool allowColon)
    {
        var legal = new StringBuilder(name.Length + 1);
        foreach (char c in name)
        {
            legal.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (allowColon && c == ':') ? c : '_');
        }

        return legal.Length == 0 || char.IsAsciiDigit(legal[0]) ? "_" + legal : legal.ToString();
    }
}
