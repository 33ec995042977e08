using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage.Backup;

/// <summary>Makes a data directory out of a backup.</summary>
public static class BackupRestore
{
    /// <summary>
    /// Throws <see cref="StoreException"/>: <c>backup.damaged</c>, or <c>restore.target</c> for a target that holds something. Until
    /// the end
    /// the target is not there, so a crash in between leaves no half of a silo.
    /// </summary>
    public static BackupManifest Run(string from, string to)
    {
        string target = Path.GetFullPath(to).TrimEnd(Path.DirectorySeparatorChar);
        string partial = target + ".partial";
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new StoreException("restore.target", $"{to} is not empty. A restore never overwrites; name a new directory.");
        }

        if (Path.Exists(partial))
        {
            throw new StoreException("restore.target", $"{partial} is the rest of a restore that did not end. Remove it.");
        }

        BackupManifest manifest = BackupManifest.Check(from);
        try
        {
            foreach (BackupFile file in manifest.Files)
            {
                string path = Path.Combine(partial, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Copy(Path.Combine(from, file.Name), path);
            }

            // The copy is checked too: the disk that it lies on is not the one that was checked.
            File.Copy(Path.Combine(from, BackupManifest.FileName), Path.Combine(partial, BackupManifest.FileName));
            BackupManifest.Check(partial);
            File.Delete(Path.Combine(partial, BackupManifest.FileName));
            BackupManifest.MakeDurable(partial);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(partial, target);
            DiskSync.Directory(Path.GetDirectoryName(target)!);
            return manifest;
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
