using Microsoft.Win32.SafeHandles;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage;

/// <summary>Syncs SQLite's write-ahead log, once for all that wait.</summary>
internal sealed class CommitSync(string log) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private Task? next;

    /// <summary>Everything committed before this call survives a power cut when it completes.</summary>
    public Task RunAsync()
    {
        lock (gate)
        {
            return next ??= SyncNextAsync();
        }
    }

    public void Dispose() => turn.Dispose();

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
        if (File.Exists(log))
        {
            // SQLite holds no locks on this file, so a descriptor of ours may come and go; closing one on the database itself would
            // drop its locks.
            using SafeFileHandle file = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            DiskSync.Data(file);
        }
    }
}
