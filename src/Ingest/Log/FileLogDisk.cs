using Microsoft.Win32.SafeHandles;

namespace Millwright.Ingest.Log;

/// <summary>A log's directory on a real file system.</summary>
public sealed class FileLogDisk : ILogDisk
{
    private readonly string directory;

    public FileLogDisk(string directory)
    {
        this.directory = directory;
        Directory.CreateDirectory(directory);
    }

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))];

    public ILogFile Create(string name, long reserve)
    {
        SafeFileHandle handle =
            File.OpenHandle(PathOf(name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (reserve > 0)
            {
                DiskSync.Reserve(handle, reserve);
            }

            return new LogFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public ILogFile Open(string name) =>
        new LogFile(File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public void Delete(string name) => File.Delete(PathOf(name));

    public void SyncDirectory() => DiskSync.Directory(directory);

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        string temporary = name + ".new";
        using (ILogFile file = Create(temporary, 0))
        {
            file.Write(content, 0);
            file.Sync();
        }

        File.Move(PathOf(temporary), PathOf(name), overwrite: true);
        SyncDirectory();
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    private sealed class LogFile(SafeFileHandle handle) : ILogFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Sync() => DiskSync.Data(handle);

        public void Dispose() => handle.Dispose();
    }
}
