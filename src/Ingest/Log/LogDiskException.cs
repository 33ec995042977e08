namespace Millwright.Ingest.Log;

/// <summary>A system call on the log's disk failed.</summary>
public sealed class LogDiskException(string message, int errorNumber) : LogException("log.disk", message)
{
    private const int InputOutput = 5;
    private const int BadDescriptor = 9;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaExceeded = 122;

    /// <summary>errno.</summary>
    public int ErrorNumber { get; } = errorNumber;

    /// <summary>True for every way in which a disk refuses: <see cref="ILogDisk"/> throws nothing else for one.</summary>
    internal static bool IsDiskFailure(Exception failure) => failure is IOException or LogDiskException or UnauthorizedAccessException;

    /// <summary>No space left, for whatever reason. .NET keeps errno in <see cref="Exception.HResult"/>.</summary>
    internal static bool IsFull(Exception failure) =>
        (failure is LogDiskException disk ? disk.ErrorNumber : failure is IOException ? failure.HResult : 0) is NoSpace or QuotaExceeded;

    internal static LogDiskException BoundReached(long used, long bound) =>
        new($"the log takes {used} of its {bound} bytes, and all of it is still needed.", NoSpace);

    internal static LogDiskException FromErrno(string call, int error)
    {
        string name = error switch
        {
            InputOutput => "EIO",
            BadDescriptor => "EBADF",
            NoSpace => "ENOSPC",
            ReadOnly => "EROFS",
            QuotaExceeded => "EDQUOT",
            _ => "errno",
        };
        return new($"{call} failed: {name} ({error}).", error);
    }
}
