using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage;

/// <summary>
/// Syncs SQLite's write-ahead log, once for all that wait. A failed sync is never tried again: the kernel tells of lost pages once and
/// calls them clean, so the next sync would succeed without them. From then on every sync fails, until a checkpoint has written all pages
/// anew into the database file and synced that.
/// </summary>
internal sealed class CommitSync(string log, StoreHealth health) : IDisposable
{
    private const int InputOutput = 10;

    private readonly Lock gate = new();

    /// <summary>One at a time touches the disk, so that no sync succeeds between another's failure and its being known.</summary>
    private readonly Lock disk = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private Task? next;
    private Exception? failed;

    /// <summary>Called once for each time that it begins to fail; not under a lock.</summary>
    public event Action? Failed;

    /// <summary>How the file is synced; a test lets it fail.</summary>
    internal Action<SafeFileHandle> Disk { get; set; } = DiskSync.Data;

    /// <summary>How a checkpoint is made; a test lets it fail.</summary>
    internal Func<Statements, bool, bool> Move { get; set; } = IsDone;

    /// <summary>Everything committed before this call survives a power cut when it completes.</summary>
    public Task RunAsync()
    {
        lock (gate)
        {
            return next ??= SyncNextAsync();
        }
    }

    /// <summary>
    /// A checkpoint, in the writer and outside of a transaction. True when it has moved everything. One that fails on the disk makes all
    /// syncs fail; one that empties the log ends that.
    /// </summary>
    public bool Checkpoint(Statements statements, bool isWhole)
    {
        bool isNew = false;
        try
        {
            lock (disk)
            {
                try
                {
                    bool isDone = Move(statements, isWhole);
                    if (isDone && isWhole)
                    {
                        Set(null);
                    }

                    return isDone;
                }
                catch (SqliteException failure) when (failure.SqliteErrorCode == InputOutput)
                {
                    isNew = Set(failure);
                    throw;
                }
            }
        }
        finally
        {
            Tell(isNew);
        }
    }

    /// <summary>
    /// At start, before any sync: what is in the log may have failed to be synced by a silo that was then restarted, and the kernel no
    /// longer says so. False when a reader was in the way of the checkpoint: then syncs fail as after a failure of this process.
    /// </summary>
    public bool Begin(Statements statements)
    {
        lock (disk)
        {
            bool isDone = Move(statements, true);
            Set(isDone ? null : new IOException("a reader was in the way of the checkpoint at start"));
            return isDone;
        }
    }

    public void Dispose() => turn.Dispose();

    private static bool IsDone(Statements statements, bool isWhole)
    {
        // Busy, pages in the log, pages moved.
        using StoreRows row = statements.Query(isWhole ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)");
        return row.Read() && row.GetInt64(0) == 0 && row.GetInt64(1) == row.GetInt64(2);
    }

    private async Task SyncNextAsync()
    {
        await Task.Yield();
        await turn.WaitAsync();
        try
        {
            lock (gate)
            {
                // Whoever comes from now on may have committed after this sync began.
                next = null;
            }

            await Task.Run(Sync);
        }
        finally
        {
            turn.Release();
        }
    }

    private void Sync()
    {
        bool isNew = false;
        try
        {
            lock (disk)
            {
                if (failed is { } before)
                {
                    throw new StoreException("store.unavailable", $"The store was not synced before: {before.Message}", before);
                }

                if (!File.Exists(log))
                {
                    return;
                }

                // SQLite holds no locks on this file, so a descriptor of ours may come and go; closing one on the database itself would
                // drop its locks.
                using SafeFileHandle file =
                    File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                try
                {
                    Disk(file);
                }
                catch (LogDiskException failure)
                {
                    isNew = Set(failure);
                    throw;
                }
            }
        }
        finally
        {
            Tell(isNew);
        }
    }

    /// <summary>True when it was well before.</summary>
    private bool Set(Exception? failure)
    {
        bool isNew = failed is null && failure is not null;
        failed = failure;
        health.Unsynced = failure is null ? null : $"The store cannot be synced ({failure.Message}); it is tried again.";
        return isNew;
    }

    private void Tell(bool isNew)
    {
        if (isNew)
        {
            Failed?.Invoke();
        }
    }
}
