namespace Millwright.Core.Digests;

/// <summary>The digest of one asset, and what went into it.</summary>
public sealed record DigestResult
{
    public required string AssetId { get; init; }

    /// <summary>Windows that end up to it and alerts before it are in the digest.</summary>
    public required DateTimeOffset Horizon { get; init; }

    public required int Windows { get; init; }

    public required int Alerts { get; init; }

    /// <summary>64 hexadecimal digits, lower case.</summary>
    public required string Sha256 { get; init; }
}
