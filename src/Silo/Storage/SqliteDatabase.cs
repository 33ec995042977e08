using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Millwright.Ingest.Log;
using Millwright.Silo.Storage.Retention;

namespace Millwright.Silo.Storage;

/// <summary>
/// One SQLite file for all stores of a silo: one writer, which commits whatever waits in one transaction, and a few readers beside it
/// (WAL). One file, so that after a power cut all stores are at the same point of one order of commits.
/// </summary>
public sealed partial class SqliteDatabase : StoreDatabase
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(5);

    private readonly SqliteOptions options;
    private readonly string path;
    private readonly ILogger logger;
    private readonly SqliteWriter writer;
    private readonly SemaphoreSlim syncing = new(1, 1);
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly CommitSync commits;
    private readonly SemaphoreSlim readerSlots;
    private readonly Stack<SqliteStatements> readers = new();
    private bool disposed;

    private SqliteDatabase(SqliteOptions options, string path, SqliteStatements statements, ILogger logger, TimeProvider time)
        : base(logger)
    {
        this.options = options;
        this.path = path;
        this.logger = logger;
        this.time = time;
        commits = new CommitSync(path + "-wal", Health);
        bool isSynced = commits.Begin(statements);
        commits.Failed += () => Recovery = RecoverAsync();
        writer = new SqliteWriter(statements, options, commits, logger);
        readerSlots = new SemaphoreSlim(options.MaxReaders, options.MaxReaders);
        if (!isSynced)
        {
            Recovery = RecoverAsync();
        }
    }

    internal string FilePath => path;

    internal CommitSync Commits => commits;

    /// <summary>Ends when the store can be synced again after a failure.</summary>
    internal Task Recovery { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Opens or makes the file, checks it, and brings it to this version. Throws <see cref="StoreException"/>: what is damaged in its
    /// structure would lose more with every write.
    /// </summary>
    public static SqliteDatabase Open(SqliteOptions options, ILogger<SqliteDatabase> logger, TimeProvider? time = null)
    {
        string path = Path.GetFullPath(options.Path);
        SqliteStatements? statements = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            statements = Connect(path);

            // Heeded by a new file only; one made before keeps its free pages and uses them again.
            statements.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            statements.Execute("PRAGMA journal_mode = WAL");
            statements.Execute(options.SyncEachCommit ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            statements.Execute("PRAGMA journal_size_limit = 67108864");
            statements.Execute("PRAGMA wal_autocheckpoint = 0");
            StoreCheck.BeforeUse(statements, path, options.MaxCheckBytes);
            SqliteSchema.Migrate(statements);
            StoreCheck.AfterMigration(statements, path);
            return new SqliteDatabase(options, path, statements, logger, time ?? TimeProvider.System);
        }
        catch (SqliteException failure)
        {
            statements?.Dispose();
            throw failure.SqliteErrorCode is NotADatabase or Corrupt
                ? new StoreException("store.corrupt",
                    $"The database {Path.GetFileName(path)} is damaged. Restore a backup, or move it away.", failure)
                : new StoreException("store.unavailable", $"The database {Path.GetFileName(path)} cannot be opened: {failure.Message}",
                    failure);
        }
        catch
        {
            statements?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes all commits so far survive a power cut: they are in the write-ahead log, and that is synced. The number of this sync is in the
    /// database and beside it: a database that comes back without it has lost commits that the telemetry log no longer replays.
    /// </summary>
    public override async ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        await syncing.WaitAsync(cancellationToken);
        try
        {
            long number = await WriteAsync(statements => statements.Next("sync"), cancellationToken);
            await commits.RunAsync();
            await Task.Run(() => SyncMark.Write(path, number), cancellationToken);
        }
        finally
        {
            syncing.Release();
        }
    }

    internal override async ValueTask<T> WriteDurablyAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken)
    {
        T result = await WriteAsync(work, cancellationToken);
        await SyncCommitsAsync();
        return result;
    }

    internal override async Task SyncCommitsAsync()
    {
        try
        {
            await commits.RunAsync();
        }
        catch (Exception failure) when (failure is IOException or LogDiskException or UnauthorizedAccessException)
        {
            throw new StoreException("store.unavailable", $"The store cannot be synced: {failure.Message}", failure);
        }
    }

    internal void CopyTo(string target) => Copy(path, target);

    /// <summary>Copies a database, as it is at one instant, into a new file. Every page is read, so damage shows.</summary>
    internal static void Copy(string path, string target)
    {
        try
        {
            using Statements statements = Connect(path, SqliteOpenMode.ReadWrite);
            statements.Execute("VACUUM INTO $1", target);
        }
        catch (SqliteException failure)
        {
            string code = failure.SqliteErrorCode is NotADatabase or Corrupt ? "store.corrupt" : "store.unavailable";
            throw new StoreException(code, $"The database cannot be copied: {failure.Message}", failure);
        }
    }

    /// <summary>Throws when a silo has the file open.</summary>
    internal static void RequireUnused(string path)
    {
        try
        {
            using Statements statements = Connect(path, SqliteOpenMode.ReadWrite);
            statements.Execute("PRAGMA busy_timeout = 100");
            statements.Execute("PRAGMA locking_mode = EXCLUSIVE");
            statements.Execute("BEGIN EXCLUSIVE");
            statements.Execute("ROLLBACK");
        }
        catch (SqliteException failure)
        {
            throw new StoreException(
                "store.inuse",
                $"{Path.GetFileName(path)} is in use or cannot be read ({failure.Message}). Back a running silo up with --url.",
                failure);
        }
    }

    /// <summary>Nobody else has the file.</summary>
    internal override async ValueTask<bool> TryAloneAsync(string name, Func<Task> work, CancellationToken cancellationToken)
    {
        await work();
        return true;
    }

    internal override IReadOnlyList<StoreDamage> Structure(Statements statements) => StoreCheck.Structure(statements);

    internal override ValueTask<long> UsedBytesAsync(CancellationToken cancellationToken) => ReadAsync(
        s => ((long)s.Scalar("PRAGMA page_count")! - (long)s.Scalar("PRAGMA freelist_count")!) * (long)s.Scalar("PRAGMA page_size")!,
        cancellationToken);

    internal override ValueTask ShrinkAsync(RetentionOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        SqliteVacuum.RunAsync(this, options, time, cancellationToken);

    public override void Dispose()
    {
        lock (readers)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        closing.Cancel();
        writer.Dispose();
        syncing.Dispose();
        commits.Dispose();
        closing.Dispose();
        lock (readers)
        {
            while (readers.TryPop(out SqliteStatements? reader))
            {
                reader.Dispose();
            }
        }
    }

    /// <summary>
    /// Runs in the next commit, after those queued before it; completes when that is done. An exception undoes this write only.
    /// </summary>
    internal override async ValueTask<T> WriteAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync(work, cancellationToken);
        }
        catch (DamagedRowException damaged)
        {
            Report(damaged.Damage);
            throw new StoreException("store.corrupt", damaged.Message, damaged);
        }
    }

    internal override async ValueTask<T> ReadAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken)
    {
        await readerSlots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(query), cancellationToken);
        }
        finally
        {
            readerSlots.Release();
        }
    }

    internal override ValueTask<T> ReadInstantAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken) => ReadAsync(
        statements =>
        {
            statements.Execute("BEGIN");
            try
            {
                return query(statements);
            }
            finally
            {
                statements.Execute("COMMIT");
            }
        },
        cancellationToken);

    internal static SqliteStatements Connect(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        // Our own reuse of connections; the package's pool would keep the file open after Dispose.
        var builder = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 };
        var connection = new SqliteConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            RowSum.Register(connection);
            var statements = new SqliteStatements(connection);
            statements.Execute("PRAGMA cell_size_check = ON");
            return statements;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes everything anew into the database file, with growing pauses until it works; only then are syncs to be trusted.
    /// </summary>
    private async Task RecoverAsync()
    {
        LogUnsynced(logger, Health.Unsynced ?? "");
        TimeSpan pause = FirstPause;
        try
        {
            do
            {
                await Task.Delay(pause, time, closing.Token);
                pause = pause * 2 < LastPause ? pause * 2 : LastPause;
            }
            while (!await TryCheckpointAsync());
            LogSynced(logger);
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or StoreException)
        {
            // Closed; the next start checkpoints before anything else.
        }
    }

    private async ValueTask<bool> TryCheckpointAsync()
    {
        try
        {
            return await writer.CheckpointAsync(closing.Token);
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private T Read<T>(Func<Statements, T> query)
    {
        SqliteStatements? reader;
        lock (readers)
        {
            if (disposed)
            {
                throw new StoreException("store.unavailable", "The store is closed.");
            }

            readers.TryPop(out reader);
        }

        try
        {
            if (reader is null)
            {
                reader = Connect(path);
                reader.Execute("PRAGMA query_only = 1");
            }

            T result = query(reader);
            Return(reader);
            return result;
        }
        catch (DamagedRowException damaged)
        {
            reader?.Dispose();
            Report(damaged.Damage);
            throw new StoreException("store.corrupt", damaged.Message, damaged);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is NotADatabase or Corrupt)
        {
            reader?.Dispose();
            Report(new StoreDamage("store.damaged", "", $"The database cannot be read: {failure.Message}"));
            throw new StoreException("store.corrupt", $"The database is damaged: {failure.Message}", failure);
        }
        catch (SqliteException failure)
        {
            // The connection may be in the middle of anything: a new one is cheap.
            reader?.Dispose();
            throw new StoreException("store.unavailable", $"The store cannot be read: {failure.Message}", failure);
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    private void Return(SqliteStatements reader)
    {
        lock (readers)
        {
            if (!disposed)
            {
                readers.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    [LoggerMessage(3212, LogLevel.Error, "{Why} Until it can be, nothing of the telemetry log is given up.")]
    private static partial void LogUnsynced(ILogger logger, string why);

    [LoggerMessage(3213, LogLevel.Information, "The store was written anew and synced.")]
    private static partial void LogSynced(ILogger logger);
}
