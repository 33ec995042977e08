using Microsoft.Win32.SafeHandles;

namespace Millwright.Ingest.Log;

/// <summary>A log's directory on a real file system.</summary>
public sealed class FileLogDisk(string directory) : ILogDisk
{
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>
    /// A directory that is not there yet holds nothing; it is made with the first file, so that a sick disk does not end a start.
    /// </summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    public ILogFile Create(string name, long reserve)
    {
        Directory.CreateDirectory(directory);
        SafeFileHandle handle = File.OpenHandle(PathOf(name), FileMode.Create, FileAccess.ReadWrite, Shared);
        try
        {
            if (reserve > 0)
            {
                DiskSync.Reserve(handle, reserve);
            }

            return new LogFile(PathOf(name), handle, writable: true);
        }
        catch
        {
            handle.Dispose();
            GiveBack(name);
            throw;
        }
    }

    public ILogFile Open(string name) =>
        new LogFile(PathOf(name), File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, Shared), writable: false);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void SyncDirectory() => DiskSync.Directory(directory);

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        string temporary = name + ".new";
        try
        {
            using (ILogFile file = Create(temporary, 0))
            {
                file.Write(content, 0);
                file.Sync();
            }

            File.Move(PathOf(temporary), PathOf(name), overwrite: true);
        }
        catch
        {
            GiveBack(temporary);
            throw;
        }

        SyncDirectory();
    }

    /// <summary>On a full disk half a file would keep the blocks that its next try needs.</summary>
    private void GiveBack(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            // The first failure is the one to report.
        }
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    /// <summary>
    /// Opened for writing only when it is written to: readers must not keep a disk from being made read-only, nor fail on one.
    /// </summary>
    private sealed class LogFile(string path, SafeFileHandle opened, bool writable) : ILogFile
    {
        private SafeFileHandle handle = opened;
        private bool isWritable = writable;

        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            EnsureWritable();
            RandomAccess.Write(handle, bytes, offset);
        }

        public void SetLength(long length)
        {
            EnsureWritable();
            RandomAccess.SetLength(handle, length);
        }

        public void Reserve(long length)
        {
            EnsureWritable();
            long before = Length;
            try
            {
                DiskSync.Reserve(handle, length);
            }
            catch
            {
                // On a full disk a part of them would keep the blocks that the next try needs.
                RandomAccess.SetLength(handle, before);
                throw;
            }
        }

        public void Sync() => DiskSync.Data(handle);

        public void Dispose() => handle.Dispose();

        private void EnsureWritable()
        {
            if (!isWritable)
            {
                SafeFileHandle writable = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Shared);
                handle.Dispose();
                handle = writable;
                isWritable = true;
            }
        }
    }
}
