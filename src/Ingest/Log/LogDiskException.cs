namespace Millwright.Ingest.Log;

/// <summary>A system call on the log's disk failed.</summary>
public sealed class LogDiskException(string message, int errorNumber) : LogException("log.disk", message)
{
    private const int InputOutput = 5;
    private const int BadDescriptor = 9;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;

    /// <summary>errno.</summary>
    public int ErrorNumber { get; } = errorNumber;

    internal static LogDiskException FromErrno(string call, int error)
    {
        string name = error switch
        {
            InputOutput => "EIO",
            BadDescriptor => "EBADF",
            NoSpace => "ENOSPC",
            ReadOnly => "EROFS",
            _ => "errno",
        };
        return new($"{call} failed: {name} ({error}).", error);
    }
}
