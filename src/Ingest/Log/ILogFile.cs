namespace Millwright.Ingest.Log;

/// <summary>One file of a log. A failure throws <see cref="IOException"/> or <see cref="LogDiskException"/>; none is swallowed.</summary>
public interface ILogFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads up to the buffer's length; 0 at the end of the file.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes, or throws.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    void SetLength(long length);

    /// <summary>Makes the file this long with zeros, with blocks reserved where the file system can; throws when it could not.</summary>
    void Reserve(long length);

    /// <summary>fdatasync.</summary>
    void Sync();
}
