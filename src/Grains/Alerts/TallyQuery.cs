namespace Millwright.Grains.Alerts;

/// <summary>Selects tallies, ascending by id, kind and version.</summary>
public sealed record TallyQuery
{
    /// <summary>Null for the whole fleet.</summary>
    public string? AssetId { get; init; }

    /// <summary>Those behind this one; null for the first.</summary>
    public (string Id, string Kind, string Version)? After { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}
