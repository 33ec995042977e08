using System.Globalization;
using System.Text;

namespace Millwright.Silo.Metrics;

/// <summary>Writes the Prometheus text format 0.0.4, or OpenMetrics 1.0.0, which differs in the names of counters and in its end.</summary>
internal sealed class PrometheusText(bool openMetrics)
{
    public const string PlainType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly StringBuilder text = new(16 * 1024);

    public void Write(MetricFamily family, IEnumerable<MetricReading> readings)
    {
        bool begun = false;
        foreach (MetricReading reading in readings)
        {
            if (!begun)
            {
                Begin(family.Name, family.Kind, family.Help);
                begun = true;
            }

            if (family.Kind == MetricKind.Histogram)
            {
                WriteHistogram(family, reading);
            }
            else
            {
                Line(family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name, reading.Labels, reading.Value);
            }
        }
    }

    public void Write(string name, MetricKind kind, string help, double value)
    {
        Begin(name, kind, help);
        Line(kind == MetricKind.Counter ? name + "_total" : name, "", value);
    }

    public byte[] End()
    {
        if (openMetrics)
        {
            text.Append("# EOF\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Begin(string name, MetricKind kind, string help)
    {
        string told = kind == MetricKind.Counter && !openMetrics ? name + "_total" : name;
        text.Append("# HELP ").Append(told).Append(' ').Append(MetricNames.EscapeHelp(help)).Append('\n');
        text.Append("# TYPE ").Append(told).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
    }

    private void WriteHistogram(MetricFamily family, MetricReading reading)
    {
        string prefix = reading.Labels.Length == 0 ? "" : reading.Labels + ",";
        long cumulative = 0;
        for (int i = 0; i < family.Bounds.Length; i++)
        {
            cumulative += reading.Buckets[i];
            Line(family.Name + "_bucket", $"{prefix}le=\"{Number(family.Bounds[i])}\"", cumulative);
        }

        Line(family.Name + "_bucket", $"{prefix}le=\"+Inf\"", reading.Count);
        Line(family.Name + "_sum", reading.Labels, reading.Value);
        Line(family.Name + "_count", reading.Labels, reading.Count);
    }

    private void Line(string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
