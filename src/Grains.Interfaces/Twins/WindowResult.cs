using Orleans;

namespace Millwright.Twins;

/// <summary>Aggregates of one metric over one event-time window [Start, End).</summary>
[GenerateSerializer, Immutable, Alias("millwright.window-result")]
public sealed record WindowResult
{
    [Id(0)] public required string AssetId { get; init; }

    [Id(1)] public required string Metric { get; init; }

    /// <summary>
    /// <c>tumbling</c>, <c>hopping</c>, <c>session</c>, <c>sliding</c>, <c>count</c>, <c>state</c>, <c>tumbling-by-state</c> or
    /// <c>hopping-by-state</c>.
    /// </summary>
    [Id(2)] public required string Kind { get; init; }

    [Id(3)] public required DateTimeOffset Start { get; init; }

    [Id(4)] public required DateTimeOffset End { get; init; }

    /// <summary>1 for the first result of this window; one more for each re-issue by a late sample.</summary>
    [Id(5)] public required int Revision { get; init; }

    /// <summary>
    /// False while the watermark has not passed <see cref="End"/>: the figures will still change. Always for sliding and count windows, of
    /// which the present one is told.
    /// </summary>
    [Id(6)] public required bool IsClosed { get; init; }

    /// <summary>0 in a higher revision: a session that was issued under this start has since joined another.</summary>
    [Id(7)] public required long Count { get; init; }

    [Id(8)] public required double Sum { get; init; }

    [Id(9)] public required double Minimum { get; init; }

    [Id(10)] public required double Maximum { get; init; }

    [Id(11)] public required double Mean { get; init; }

    /// <summary>Population standard deviation.</summary>
    [Id(12)] public required double StandardDeviation { get; init; }

    [Id(13)] public required double First { get; init; }

    [Id(14)] public required double Last { get; init; }

    /// <summary>Share of the expected samples that came with good quality, 0 to 1; 1 when the metric has no expected interval.</summary>
    [Id(15)] public required double Completeness { get; init; }

    /// <summary>Size of the window in its definition; the actual length for session, count and state windows.</summary>
    [Id(16)] public required TimeSpan Size { get; init; }

    /// <summary>Null for a window of the default aggregates.</summary>
    [Id(17)] public WindowResultDetail? Detail { get; init; }
}
