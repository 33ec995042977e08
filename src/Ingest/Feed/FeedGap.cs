namespace Millwright.Ingest.Feed;

/// <summary>Records that a twin misses and that the log no longer has.</summary>
public sealed record FeedGap
{
    /// <summary>Null: of every asset that had records there.</summary>
    public string? AssetId { get; init; }

    public required string LogId { get; init; }

    /// <summary>First position that may be missing.</summary>
    public required long From { get; init; }

    /// <summary>Last position that may be missing.</summary>
    public required long To { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>What is known of the cause, for a person.</summary>
    public required string Detail { get; init; }
}
