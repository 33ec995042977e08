using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage;

/// <summary>
/// One SQLite file for all stores of a silo: one writer, which commits whatever waits in one transaction, and a few readers beside it
/// (WAL). One
/// file, so that after a power cut all stores are at the same point of one order of commits.
/// </summary>
public sealed class SqliteDatabase : ICheckpointBarrier, IDisposable
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private readonly SqliteOptions options;
    private readonly SqliteWriter writer;
    private readonly SemaphoreSlim readerSlots;
    private readonly Stack<Statements> readers = new();
    private bool disposed;

    private SqliteDatabase(SqliteOptions options, SqliteWriter writer)
    {
        this.options = options;
        this.writer = writer;
        readerSlots = new SemaphoreSlim(options.MaxReaders, options.MaxReaders);
    }

    /// <summary>Opens or makes the file and brings it to this version. Throws <see cref="StoreException"/>.</summary>
    public static SqliteDatabase Open(SqliteOptions options, ILogger<SqliteDatabase> logger)
    {
        string path = Path.GetFullPath(options.Path);
        Statements? statements = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            statements = Connect(path);
            statements.Execute("PRAGMA journal_mode = WAL");
            statements.Execute(options.SyncEachCommit ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            statements.Execute("PRAGMA journal_size_limit = 67108864");
            SqliteSchema.Migrate(statements);
            return new SqliteDatabase(options, new SqliteWriter(statements, options, logger));
        }
        catch (SqliteException failure)
        {
            statements?.Dispose();
            throw failure.SqliteErrorCode is NotADatabase or Corrupt
                ? new StoreException("store.corrupt", $"The database {Path.GetFileName(path)} is damaged. Restore a backup, or move it away.", failure)
                : new StoreException("store.unavailable", $"The database {Path.GetFileName(path)} cannot be opened: {failure.Message}", failure);
        }
        catch
        {
            statements?.Dispose();
            throw;
        }
    }

    /// <summary>Makes all commits so far survive a power cut: they are in the write-ahead log, and that is synced.</summary>
    public async ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        string log = Path.GetFullPath(options.Path) + "-wal";
        await Task.Run(
            () =>
            {
                if (File.Exists(log))
                {
                    // SQLite holds no locks on this file, so a descriptor of ours may come and go; closing one on the database itself would
                    // drop its locks.
                    using SafeFileHandle file = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                    DiskSync.Data(file);
                }
            },
            cancellationToken);
    }

    public void Dispose()
    {
        lock (readers)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        writer.Dispose();
        lock (readers)
        {
            while (readers.TryPop(out Statements? reader))
            {
                reader.Dispose();
            }
        }
    }

    /// <summary>
    /// Runs in the next commit, after those queued before it; completes when that is done. An exception undoes this write only.
    /// </summary>
    internal ValueTask<T> WriteAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken) => writer.WriteAsync(work, cancellationToken);

    internal async ValueTask<T> ReadAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken)
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

    private static Statements Connect(string path)
    {
        // Our own reuse of connections; the package's pool would keep the file open after Dispose.
        var builder = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 };
        var connection = new SqliteConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            return new Statements(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private T Read<T>(Func<Statements, T> query)
    {
        Statements? reader;
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
                reader = Connect(Path.GetFullPath(options.Path));
                reader.Execute("PRAGMA query_only = 1");
            }

            T result = query(reader);
            Return(reader);
            return result;
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

    private void Return(Statements reader)
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
}
