using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>Twins in PostgreSQL. Checkpoints that wait are committed together; each is fenced alone.</summary>
public sealed class PostgresTwinStore : SqlTwinStore, IDisposable
{
    private readonly TimeProvider time;
    private readonly GroupCommit<PendingTwin, bool> group;

    public PostgresTwinStore(PostgresDatabase database, IHistoryDecoder decoder, TimeProvider time, ILogger<PostgresTwinStore> logger)
        : base(database, decoder, time, logger)
    {
        this.time = time;
        var commit = new TwinCommit(database);
        group = new GroupCommit<PendingTwin, bool>(PostgresDatabase.TwinWriters, database.Options, commit.RunAsync);
    }

    public override async ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken) =>
        await GuardAsync(group.WriteAsync(new PendingTwin(checkpoint, time.GetUtcNow().UtcTicks), cancellationToken));

    public void Dispose() => group.Dispose();
}
