namespace Millwright.Grains.Twins;

/// <summary>
/// Compressed raw samples of one metric, ascending by event time; decoded by <c>Millwright.Core.History.HistoryCodec</c>.
/// </summary>
public sealed record HistoryBlock
{
    public required string Metric { get; init; }

    /// <summary>Event time of the first sample.</summary>
    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required int Count { get; init; }

    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>
    /// Place in the asset's chain, from 1, without gaps over all of its metrics; 0 or less: written before there were chains.
    /// </summary>
    public required long Sequence { get; init; }

    /// <summary>The chain's hash up to and with this block; see <c>Millwright.Core.History.HistoryChain</c>.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }
}
