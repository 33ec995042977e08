namespace Millwright.Ingest.Payloads.Blocks;

/// <summary>One block as it came.</summary>
public readonly ref struct BlockSamples(ReadOnlySpan<double> values, double rate, ReadOnlySpan<double> angles)
{
    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary>Samples per second; 0 for a curve.</summary>
    public double Rate { get; } = rate;

    /// <summary>Of a curve: as many as values; else empty.</summary>
    public ReadOnlySpan<double> Angles { get; } = angles;
}
