using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Tests.Storage;

/// <summary>The files of a store in memory, to be damaged and put down somewhere again and again.</summary>
internal sealed class StoreCopy : IDisposable
{
    // In memory where the system has it: these tests are about bytes, not about disks.
    private readonly string directory = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(),
        $"millwright-copy-{Environment.ProcessId}-{Interlocked.Increment(ref made)}")).FullName;

    private readonly Dictionary<string, byte[]> files = [];

    private static int made;

    /// <param name="path">The database, closed or idle.</param>
    public StoreCopy(string path)
    {
        foreach (string suffix in new[] { "", "-wal", ".sync" })
        {
            if (File.Exists(path + suffix))
            {
                using var file = new FileStream(path + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                files[suffix] = bytes;
            }
        }
    }

    public string Path => System.IO.Path.Combine(directory, "millwright.db");

    /// <summary>By suffix: nothing, <c>-wal</c>, <c>.sync</c>.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => files;

    /// <summary>Puts the files down, one of them changed.</summary>
    public void Write(string suffix, byte[] changed)
    {
        foreach (string old in Directory.EnumerateFiles(directory))
        {
            File.Delete(old);
        }

        foreach ((string name, byte[] bytes) in files)
        {
            File.WriteAllBytes(Path + name, name == suffix ? changed : bytes);
        }
    }

    public SqliteDatabase Open() =>
        SqliteDatabase.Open(new SqliteOptions { Path = Path }, NullLogger<SqliteDatabase>.Instance);

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
