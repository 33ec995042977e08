using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Grains.Twins;
using Millwright.Ingest.Log;
using Millwright.Silo.Hosting;
using Millwright.Silo.Storage;
using Millwright.Testing.Time;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class CommitSyncTests : IDisposable
{
    private const int InputOutput = 5;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly string directory = Directory.CreateTempSubdirectory("millwright-sync-").FullName;
    private readonly ManualTimeProvider time = new();
    private SqliteDatabase database;

    public CommitSyncTests() => database = Open();

    private string DatabasePath => Path.Combine(directory, "millwright.db");

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task FailedSync_IsNeverRetried_UntilEverythingWasWrittenAnew()
    {
        await database.SyncAsync(default);
        FailOnce();
        await Assert.ThrowsAsync<LogDiskException>(async () => await database.SyncAsync(default));
        using (Statements reader = SqliteDatabase.Connect(DatabasePath))
        {
            // A reader in the middle of the log: the checkpoint cannot end.
            reader.Execute("BEGIN");
            reader.Scalar("SELECT count(*) FROM counter");

            // The disk is well again, and the kernel has forgotten.
            await Assert.ThrowsAsync<StoreException>(async () => await database.SyncAsync(default));
            await Assert.ThrowsAsync<StoreException>(async () => await database.WriteDurablyAsync(s => s.Execute("SELECT 1"), default));
            Assert.Equal(1, SyncMark.Read(DatabasePath));
            Assert.Contains("EIO", database.Health.Unsynced!, StringComparison.Ordinal);
            Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy,
                (await new StoreHealthCheck(database.Health).CheckHealthAsync(new())).Status);
            time.Advance(TimeSpan.FromMilliseconds(100));
            await database.WriteAsync(s => s.Execute("SELECT 1"), default);
            await Assert.ThrowsAsync<StoreException>(async () => await database.SyncAsync(default));
        }

        await RecoveredAsync();

        Assert.Null(database.Health.Unsynced);
        Assert.Equal(0, new FileInfo(DatabasePath + "-wal").Length);
        await database.SyncAsync(default);
        Assert.Equal(await database.ReadAsync(s => s.Scalar("SELECT value FROM counter WHERE name = 'sync'"), default),
            SyncMark.Read(DatabasePath));
    }

    [Fact]
    public async Task Restart_DoesNotMakeAFailedSyncGood_WhileAReaderKeepsTheLogFromBeingWrittenAnew()
    {
        FailOnce();
        await Assert.ThrowsAsync<LogDiskException>(async () => await database.SyncAsync(default));

        // As `millwright verify` beside a silo: a read transaction over the restart.
        using Statements reader = SqliteDatabase.Connect(DatabasePath);
        reader.Execute("BEGIN");
        reader.Scalar("SELECT count(*) FROM counter");
        database.Dispose();
        database = Open();

        Assert.NotNull(database.Health.Unsynced);
        await Assert.ThrowsAsync<StoreException>(async () => await database.SyncAsync(default));

        reader.Execute("ROLLBACK");
        await RecoveredAsync();
        Assert.Null(database.Health.Unsynced);
        await database.SyncAsync(default);
    }

    [Fact]
    public async Task SecondFailure_AfterARecovery_IsFinalAgain()
    {
        for (int i = 0; i < 2; i++)
        {
            FailOnce();
            await Assert.ThrowsAsync<LogDiskException>(async () => await database.SyncAsync(default));
            await Assert.ThrowsAnyAsync<Exception>(async () => await database.SyncAsync(default));
            await RecoveredAsync();
            await database.SyncAsync(default);
        }
    }

    [Fact]
    public async Task FailedCheckpoint_FailsEverySync_UntilOneWorks()
    {
        Func<Statements, bool, bool> move = database.Commits.Move;
        int failures = 0;
        database.Commits.Move = (statements, isWhole) =>
            failures++ < 3 ? throw new SqliteException("disk I/O error", 10, 1034) : move(statements, isWhole);
        await database.WriteAsync(s => s.Execute("CREATE TABLE t (x BLOB)"), default);
        await database.WriteAsync(s => s.Execute("INSERT INTO t VALUES (zeroblob(8000000))"), default);

        await Assert.ThrowsAsync<StoreException>(async () => await database.SyncAsync(default));
        Assert.NotNull(database.Health.Unsynced);

        await RecoveredAsync();
        Assert.Equal(4, failures);
        await database.SyncAsync(default);
    }

    [Fact]
    public async Task Checkpoint_IsSynced_WhenSomeoneIsToldOfIt_AndOtherwiseLeftToTheBarrier()
    {
        int syncs = 0;
        database.Commits.Disk = _ => syncs++;
        var twins = new SqliteTwinStore(database, new PlainDecoder(), time, NullLogger<SqliteTwinStore>.Instance);

        await twins.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 0, Snapshot = new byte[1] }, default);
        Assert.Equal(0, syncs);
        await twins.SaveAsync(
            new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 1, Snapshot = new byte[1], MustSurvive = true }, default);
        Assert.Equal(1, syncs);
        database.Commits.Disk = _ => throw new LogDiskException("fdatasync failed: EIO (5).", InputOutput);
        await Assert.ThrowsAsync<TwinStoreException>(async () => await twins.SaveAsync(
            new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 2, Snapshot = new byte[1], MustSurvive = true }, default));
    }

    [Fact]
    public async Task WriteAheadLog_IsMovedIntoTheFile_WithoutSqlitesOwnCheckpoints()
    {
        await database.WriteAsync(s => s.Execute("CREATE TABLE t (x BLOB)"), default);
        for (int i = 0; i < 200; i++)
        {
            await database.WriteAsync(s => s.Execute("INSERT INTO t VALUES (zeroblob(100000))"), default);
        }

        Assert.Equal(0L, await database.WriteAsync(s => s.Scalar("PRAGMA wal_autocheckpoint"), default));
        long log = new FileInfo(DatabasePath + "-wal").Length;
        Assert.True(log is > 0 and < 8_000_000, $"the write-ahead log has {log} bytes");
    }

    private SqliteDatabase Open() =>
        SqliteDatabase.Open(new SqliteOptions { Path = DatabasePath }, NullLogger<SqliteDatabase>.Instance, time);

    private void FailOnce()
    {
        int calls = 0;
        database.Commits.Disk = _ =>
        {
            if (calls++ == 0)
            {
                throw new LogDiskException("fdatasync failed: EIO (5).", InputOutput);
            }
        };
    }

    private async Task RecoveredAsync()
    {
        // A pause is begun only after the checkpoint before it; the write stands behind that one in the queue.
        for (int i = 0; i < 10_000 && !database.Recovery.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await database.WriteAsync(s => s.Execute("SELECT 1"), default);
        }

        await database.Recovery.WaitAsync(Bound);
    }
}
