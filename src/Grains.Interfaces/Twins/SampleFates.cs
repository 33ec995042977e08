using Orleans;

namespace Millwright.Twins;

/// <summary>Every sample has one fate; the sum equals what came in (law 5).</summary>
[GenerateSerializer, Immutable, Alias("millwright.sample-fates")]
public readonly record struct SampleFates
{
    /// <summary>On time: the windows it belongs to were open.</summary>
    [Id(0)] public long Accepted { get; init; }

    /// <summary>Late within the allowed lateness: a closed window was issued again.</summary>
    [Id(1)] public long Amended { get; init; }

    /// <summary>Same metric and event time as a sample seen before.</summary>
    [Id(2)] public long Duplicate { get; init; }

    /// <summary>Later than the allowed lateness.</summary>
    [Id(3)] public long Dropped { get; init; }

    /// <summary>Refused: stamped in the future, not finite.</summary>
    [Id(4)] public long Rejected { get; init; }

    public long Total => Accepted + Amended + Duplicate + Dropped + Rejected;
}
