using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage.Backup;

/// <summary>Where the silo makes its copies: on the disk of its data, which must have room for one.</summary>
public sealed record BackupPlace(string DataDirectory);

/// <summary>
/// Copies store and log of the running silo. The order makes it consistent: cursors, then the database at one instant, then the log up to
/// its end after that instant. So every position in the copied database lies in the copied log, and replay brings the copy from there to
/// the log's end. The log is not truncated meanwhile.
/// </summary>
public sealed class BackupService(SqliteDatabase database, IServiceProvider services, BackupPlace place, TimeProvider time) : ILogHold
{
    private const int MaxAttempts = 5;

    private int running;

    public long NeededFrom => Volatile.Read(ref running) == 0 ? long.MaxValue : 0;

    /// <summary>At start: what a crash left of a backup takes the room of one, and is none.</summary>
    public static void RemoveUnfinished(BackupPlace place)
    {
        string backups = Path.Combine(place.DataDirectory, "backups");
        if (Directory.Exists(backups))
        {
            foreach (string partial in Directory.GetDirectories(backups, "*.partial"))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    /// <summary>Null while another backup runs. The caller deletes the directory.</summary>
    public async Task<string?> MakeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref running, 1, 0) != 0)
        {
            return null;
        }

        try
        {
            return await Task.Run(Make, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    /// <summary>The same for a silo that is stopped.</summary>
    public static void MakeOffline(string dataDirectory, string target, DateTimeOffset now)
    {
        string database = Path.Combine(dataDirectory, Verify.StoreInspection.FileName);
        string log = Path.Combine(dataDirectory, "log");
        if (!File.Exists(database) || !Directory.Exists(log))
        {
            throw new StoreException("store.unavailable", $"{dataDirectory} holds no store and log.");
        }

        SqliteDatabase.RequireUnused(database);
        Write(target, now, log, path => SqliteDatabase.Copy(database, path), () => null);
    }

    /// <summary>
    /// A truncation that had asked the holds before this backup began may still delete segments, from the log's begin and after a sync of
    /// the store: the copied database does not need them. Later ones are held, so what is listed anew is there to the end.
    /// </summary>
    internal static void CopySegments(string copiedLog, Action copy)
    {
        string[] notes = Directory.GetFiles(copiedLog);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                copy();
                return;
            }
            catch (FileNotFoundException) when (attempt < MaxAttempts)
            {
                foreach (string copied in Directory.GetFiles(copiedLog).Except(notes, StringComparer.Ordinal))
                {
                    File.Delete(copied);
                }
            }
        }
    }

    private string Make()
    {
        // The log's directory is the log's own business; it is asked for late, because the log needs this as a hold.
        var log = services.GetRequiredService<TelemetryLog>();
        string directory = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<LogOptions>>().Value.Directory;
        DateTimeOffset now = time.GetUtcNow();
        string target = Path.Combine(place.DataDirectory, "backups", now.ToString("yyyyMMdd-HHmmss-fffffff"));
        Write(target, now, directory, database.CopyTo, () => log.DurableEnd);
        return target;
    }

    private static void Write(string target, DateTimeOffset now, string log, Action<string> copyDatabase, Func<long?> durableEnd)
    {
        string partial = target + ".partial";
        if (Path.Exists(target) || Path.Exists(partial))
        {
            throw new StoreException("backup.exists", $"{target}, or the rest of an unfinished backup beside it, is there already.");
        }

        try
        {
            string copiedLog = Path.Combine(partial, "log");
            LogArchive.CopyNotes(log, copiedLog);
            copyDatabase(Path.Combine(partial, Verify.StoreInspection.FileName));
            long? end = durableEnd();
            CopySegments(copiedLog, () => LogArchive.CopySegments(log, copiedLog, end ?? long.MaxValue));
            BackupManifest.Seal(partial, now, end);
            Directory.Move(partial, target);
            DiskSync.Directory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        }
        catch
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }

            throw;
        }
    }
}
