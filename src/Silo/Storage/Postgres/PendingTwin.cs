using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>One checkpoint on its way.</summary>
internal sealed class PendingTwin(TwinCheckpoint checkpoint, long now) : PendingWrite<bool>(BytesOf(checkpoint))
{
    public TwinCheckpoint Checkpoint => checkpoint;

    public string AssetId => checkpoint.AssetId;

    /// <summary>That this write gives the twin.</summary>
    public long Epoch => checkpoint.ExpectedEpoch + 1;

    public long Now => now;

    /// <summary>One per attempt: a row that bears any of them is ours.</summary>
    public List<long> Tokens { get; } = [];

    /// <summary>Of the twin's row; null while it is not known.</summary>
    public long? Id { get; set; }

    /// <summary>There is no row yet.</summary>
    public bool IsNew { get; set; }

    /// <summary>Sum of the row that this write replaces: it must be whole.</summary>
    public long Sum { get; set; }

    public long NewSum => RowSum.Of("twin", Id!.Value, AssetId, Epoch, now);

    private static long BytesOf(TwinCheckpoint checkpoint)
    {
        long bytes = checkpoint.Snapshot.Length;
        foreach (HistoryBlock block in checkpoint.Blocks)
        {
            bytes += block.Data.Length;
        }

        return bytes + (checkpoint.Windows.Length * 200L);
    }
}
