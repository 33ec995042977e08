namespace Millwright.Silo.Storage;

/// <summary>Something in the store that is not as it was written.</summary>
/// <param name="Code">Stable; see docs/reason-codes.md.</param>
/// <param name="Table">Where it lies.</param>
/// <param name="Detail">For the operator, in words.</param>
public sealed record StoreDamage(string Code, string Table, string Detail)
{
    public string? Asset { get; init; }

    public string? Metric { get; init; }

    /// <summary>Of a history block.</summary>
    public long? Sequence { get; init; }

    /// <summary>First event time that is affected.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Last event time that is affected.</summary>
    public DateTimeOffset? To { get; init; }
}
