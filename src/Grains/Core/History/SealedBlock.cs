namespace Millwright.Core.History;

/// <summary>Compressed raw samples of one metric, ascending by event time. Blocks of late samples overlap earlier ones.</summary>
public sealed record SealedBlock
{
    /// <summary>Index into the twin's metric table.</summary>
    public required int Metric { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    public required int Count { get; init; }

    /// <summary>For <see cref="HistoryCodec.Decode"/>.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}
