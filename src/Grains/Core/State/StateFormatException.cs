namespace Millwright.Core.State;

/// <summary>Stored state cannot be read: it was cut, edited, or written by a newer version.</summary>
public sealed class StateFormatException : Exception
{
    public StateFormatException()
    {
    }

    public StateFormatException(string message)
        : base(message)
    {
    }

    public StateFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
