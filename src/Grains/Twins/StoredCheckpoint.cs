namespace Millwright.Grains.Twins;

public sealed record StoredCheckpoint
{
    public required long Epoch { get; init; }

    public required ReadOnlyMemory<byte> Snapshot { get; init; }
}
