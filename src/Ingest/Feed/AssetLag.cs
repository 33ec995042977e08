namespace Millwright.Ingest.Feed;

/// <summary>How far one asset is behind the log.</summary>
public sealed record AssetLag
{
    public required string AssetId { get; init; }

    public required LaneClass Class { get; init; }

    public required LaneFlow Flow { get; init; }

    /// <summary>Samples received and not delivered; after the twin lost state, at least.</summary>
    public required long Samples { get; init; }

    /// <summary>Log between its next undelivered record and the durable end, of all assets; 0 when all is delivered.</summary>
    public required long Bytes { get; init; }

    /// <summary>Age of its oldest undelivered sample; zero when all is delivered.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>Last position that the twin took; -1 when not known.</summary>
    public required long Position { get; init; }

    /// <summary>Calls that failed since the last that did not.</summary>
    public required int Failures { get; init; }
}
