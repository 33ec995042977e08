using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Millwright.Silo.Metrics;

/// <summary>All series of one metric. Its label sets are bounded: a tag with runaway values ends in one series that says so.</summary>
internal sealed class MetricFamily
{
    public const int MaxSeries = 200;

    private const int MaxKey = 512;
    private const int MaxLabelValue = 128;

    private readonly ConcurrentDictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MetricSeries>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Lock adding = new();
    private readonly MetricSeries plain;
    private readonly MetricSeries overflow;
    private bool plainUsed;
    private bool overflowUsed;

    public MetricFamily(string name, MetricKind kind, string help, double[] bounds, bool isObservable)
    {
        Name = name;
        Kind = kind;
        Help = help;
        Bounds = bounds;
        IsObservable = isObservable;
        lookup = series.GetAlternateLookup<ReadOnlySpan<char>>();
        plain = new MetricSeries("", bounds);
        overflow = new MetricSeries("overflow=\"true\"", bounds);
    }

    /// <summary>Without the <c>_total</c> of counters.</summary>
    public string Name { get; }

    public MetricKind Kind { get; }

    public string Help { get; }

    public double[] Bounds { get; }

    public bool IsObservable { get; }

    public void Measure(double amount, ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        if (!double.IsFinite(amount))
        {
            return;
        }

        MetricSeries target = Find(tags);
        if (Kind == MetricKind.Histogram)
        {
            target.Record(amount);
        }
        else if (IsObservable && (target != overflow || target.SeenIn != scrape))
        {
            target.Set(amount);
        }
        else if (Kind == MetricKind.Gauge && !IsUpDown)
        {
            target.Set(amount);
        }
        else
        {
            target.Add(amount);
        }

        target.SeenIn = scrape;
    }

    /// <summary>True for an up-down counter: a gauge whose measurements are changes.</summary>
    public bool IsUpDown { get; init; }

    public IEnumerable<MetricReading> Read(long scrape)
    {
        IEnumerable<MetricSeries> all = series.Values.OrderBy(s => s.Labels, StringComparer.Ordinal);
        all = plainUsed ? all.Prepend(plain) : all;
        all = overflowUsed ? all.Append(overflow) : all;
        return all.Where(s => !IsObservable || s.SeenIn == scrape).Select(s => s.Read());
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            plainUsed = true;
            return plain;
        }

        // No allocation on the way to a known series: measurements come from hot paths.
        Span<char> key = stackalloc char[MaxKey];
        int length = 0;
        foreach ((string name, object? value) in tags)
        {
            if (!key[length..].TryWrite(CultureInfo.InvariantCulture, $"{name}\u0001{value}\u0002", out int written))
            {
                return Overflow();
            }

            length += written;
        }

        return lookup.TryGetValue(key[..length], out MetricSeries? known) ? known : Add(key[..length].ToString(), tags);
    }

    private MetricSeries Add(string key, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (adding)
        {
            if (series.TryGetValue(key, out MetricSeries? known))
            {
                return known;
            }

            if (series.Count >= MaxSeries)
            {
                return Overflow();
            }

            var added = new MetricSeries(Labels(tags), Bounds);
            series[key] = added;
            return added;
        }
    }

    private MetricSeries Overflow()
    {
        overflowUsed = true;
        return overflow;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, object? value) in tags)
        {
            string label = MetricNames.Label(name);
            if (!names.Add(label))
            {
                continue;
            }

            string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text = text.Length <= MaxLabelValue ? text : text[..MaxLabelValue];
            labels.Append(labels.Length == 0 ? "" : ",").Append(label).Append("=\"").Append(MetricNames.EscapeLabel(text)).Append('"');
        }

        return labels.ToString();
    }
}
