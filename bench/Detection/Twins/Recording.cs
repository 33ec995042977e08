namespace Millwright.Bench.Detection.Twins;

/// <summary>One recorded asset, rows in the order of the file.</summary>
/// <param name="Values">By row, then by metric.</param>
internal sealed record Recording(string Name, string[] Metrics, DateTimeOffset[] Times, double[][] Values)
{
    public int Rows => Times.Length;
}
