namespace Millwright.Silo.Metrics;

/// <summary>One series of a family: a label set with its running figures.</summary>
internal sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly Lock gate = new();
    private readonly long[] buckets = new long[bounds.Length];
    private double value;
    private long count;

    /// <summary>Rendered once, e.g. <c>reason="late",site="acme"</c>; empty for none.</summary>
    public string Labels { get; } = labels;

    /// <summary>Scrape in which an observable series was last seen; one that is no longer observed is no longer told.</summary>
    public long SeenIn { get; set; }

    public void Add(double amount)
    {
        lock (gate)
        {
            value += amount;
        }
    }

    public void Set(double amount)
    {
        lock (gate)
        {
            value = amount;
        }
    }

    public void Record(double amount)
    {
        // A bucket holds what is at or below its bound; what is above all of them is in the count alone.
        int bucket = Array.BinarySearch(bounds, amount);
        bucket = bucket < 0 ? ~bucket : bucket;
        lock (gate)
        {
            value += amount;
            count++;
            if (bucket < buckets.Length)
            {
                buckets[bucket]++;
            }
        }
    }

    public MetricReading Read()
    {
        lock (gate)
        {
            return new MetricReading(Labels, value, count, [.. buckets]);
        }
    }
}

/// <param name="Value">The counter or gauge; a histogram's sum.</param>
/// <param name="Buckets">Not cumulative.</param>
internal sealed record MetricReading(string Labels, double Value, long Count, long[] Buckets);
