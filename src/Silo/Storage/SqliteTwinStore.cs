using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Twins in SQLite.</summary>
public sealed class SqliteTwinStore(SqliteDatabase database, IHistoryDecoder decoder, TimeProvider time, ILogger<SqliteTwinStore> logger)
    : SqlTwinStore(database, decoder, time, logger)
{
    private readonly SqliteDatabase database = database;
    private readonly TimeProvider time = time;

    public override async ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken) =>
        await GuardAsync(checkpoint.MustSurvive
            ? database.WriteDurablyAsync(statements => Save(statements, checkpoint), cancellationToken)
            : database.WriteAsync(statements => Save(statements, checkpoint), cancellationToken));

    private bool Save(Statements statements, TwinCheckpoint checkpoint)
    {
        long now = time.GetUtcNow().UtcTicks;
        long epoch = checkpoint.ExpectedEpoch + 1;
        string assetId = checkpoint.AssetId;
        long twin = TwinRows.Fence(statements, assetId, checkpoint.ExpectedEpoch, now);
        TwinRows.WriteSnapshot(statements, twin, assetId, epoch, ToArray(checkpoint.Snapshot));
        foreach (HistoryBlock block in checkpoint.Blocks)
        {
            HistoryRows.Add(statements, twin, assetId, block, epoch, now);
        }

        foreach (WindowResult window in checkpoint.Windows)
        {
            WindowRows.Write(statements, twin, window, epoch, now);
        }

        return true;
    }
}
