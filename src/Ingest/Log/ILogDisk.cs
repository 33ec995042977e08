namespace Millwright.Ingest.Log;

/// <summary>The directory of a log. All that the log does to a disk goes through here, so that a simulated disk can stand in.</summary>
public interface ILogDisk
{
    /// <summary>Names of all files, in any order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes or empties a file for writing, with blocks reserved where the file system can.</summary>
    ILogFile Create(string name, long reserve);

    /// <summary>Opens an existing file. It can be read on a disk that takes no writes.</summary>
    ILogFile Open(string name);

    void Delete(string name);

    /// <summary>Makes creations and deletions durable.</summary>
    void SyncDirectory();

    /// <summary>Replaces a small file as a whole and durably: after a crash it holds the old or the new content.</summary>
    void Replace(string name, ReadOnlySpan<byte> content);
}
