namespace Millwright.Grains.Twins;

/// <summary>
/// Compressed raw samples of one metric, ascending by event time; decoded by <c>Millwright.Core.History.HistoryCodec</c>.
/// </summary>
public sealed record HistoryBlock
{
    public required string Metric { get; init; }

    /// <summary>Event time of the first sample; with asset and metric the block's key.</summary>
    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required int Count { get; init; }

    public required ReadOnlyMemory<byte> Data { get; init; }
}
