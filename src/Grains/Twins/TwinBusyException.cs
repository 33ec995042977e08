namespace Millwright.Grains.Twins;

/// <summary>The twin owes others too much to take more. It is no fault of the batch: try again when its receivers are back.</summary>
public sealed class TwinBusyException : Exception
{
    public TwinBusyException()
    {
    }

    public TwinBusyException(string message)
        : base(message)
    {
    }

    public TwinBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
