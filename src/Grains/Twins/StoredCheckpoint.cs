namespace Millwright.Grains.Twins;

public sealed record StoredCheckpoint
{
    public required long Epoch { get; init; }

    public required ReadOnlyMemory<byte> Snapshot { get; init; }

    /// <summary>
    /// A newer one was damaged, and none was written since: people may know more of this twin than it does. May be true too when nothing
    /// was lost.
    /// </summary>
    public bool IsFallback { get; init; }
}
