using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage.Backup;

/// <summary>What a backup consists of. Written last: a directory without it is no backup.</summary>
public sealed record BackupManifest
{
    public const string FileName = "manifest.json";

    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required int Format { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>
    /// Everything that was acknowledged before this position of the log is in the backup; null for a copy of a stopped silo.
    /// </summary>
    public required long? LogEnd { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Sums up all files of a directory, makes them durable, and writes the manifest.</summary>
    public static BackupManifest Seal(string directory, DateTimeOffset now, long? logEnd)
    {
        var manifest = new BackupManifest { Format = CurrentFormat, Created = now, LogEnd = logEnd, Files = [.. Scan(directory)] };
        File.WriteAllBytes(Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, Json));
        MakeDurable(directory);
        return manifest;
    }

    /// <summary>Compares a directory with its manifest. Throws <see cref="StoreException"/> with code <c>backup.damaged</c>.</summary>
    public static BackupManifest Check(string directory)
    {
        BackupManifest manifest = Read(directory);
        Dictionary<string, BackupFile> actual = Scan(directory).ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach (BackupFile file in manifest.Files)
        {
            if (!actual.Remove(file.Name, out BackupFile? found))
            {
                throw Damaged($"{file.Name} is missing.");
            }

            if (found != file)
            {
                throw Damaged($"{file.Name} is not what was backed up: {found.Bytes} bytes with sum {found.Sha256}, not {file.Bytes} " +
                    $"with {file.Sha256}.");
            }
        }

        return actual.Count == 0 ? manifest : throw Damaged($"{actual.Keys.First()} is not in the manifest.");
    }

    /// <summary>Syncs every file and directory, and the directory it lies in.</summary>
    public static void MakeDurable(string directory)
    {
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            DiskSync.All(file);
        }

        foreach (string path in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Append(directory))
        {
            DiskSync.Directory(path);
        }
    }

    private static BackupManifest Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw Damaged("it has no manifest, so it was not finished.");
        }

        try
        {
            BackupManifest? manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), Json);
            return manifest is { Format: CurrentFormat } ? manifest
                : throw Damaged($"its format {manifest?.Format} is not known to this version.");
        }
        catch (JsonException fault)
        {
            throw Damaged($"its manifest cannot be read: {fault.Message}");
        }
    }

    private static IEnumerable<BackupFile> Scan(string directory)
    {
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(directory, path).Replace('\\', '/');
            if (name != FileName)
            {
                using FileStream file = File.OpenRead(path);
                yield return new BackupFile(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
            }
        }
    }

    private static StoreException Damaged(string why) => new("backup.damaged", $"The backup is damaged: {why}");
}

/// <param name="Name">Relative, with slashes.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);
