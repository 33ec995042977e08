namespace Millwright.Recordings;

/// <summary>A recording cannot be read: it is absent, or a row is malformed and the reader was told to be strict.</summary>
public sealed class RecordingException : Exception
{
    public RecordingException()
        : this("unreadable", "The recording cannot be read.")
    {
    }

    public RecordingException(string message)
        : this("unreadable", message)
    {
    }

    public RecordingException(string message, Exception innerException)
        : base(message, innerException) => Code = "unreadable";

    public RecordingException(string code, string message)
        : base(message) => Code = code;

    /// <summary><c>absent</c>, <c>malformed-row</c> or <c>unreadable</c>.</summary>
    public string Code { get; }
}
