namespace Millwright.Silo.Storage.Rollups;

/// <summary>What is known of the good samples of one metric in one minute or hour.</summary>
public sealed record Rollup
{
    public required DateTimeOffset Start { get; init; }

    public required long Count { get; init; }

    public required double Minimum { get; init; }

    public required double Maximum { get; init; }

    public required double Mean { get; init; }

    /// <summary>Of the population.</summary>
    public required double StandardDeviation { get; init; }

    public required double Last { get; init; }

    /// <summary>Share of the expected samples, 0 to 1.</summary>
    public required double Completeness { get; init; }
}

public enum RollupTier
{
    Minute,
    Hour,
}
