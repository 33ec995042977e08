namespace Millwright.Grains.Twins;

/// <summary>Another activation of the twin has written in between. This one must stop: its memory is no longer the truth.</summary>
public sealed class TwinFencedException : Exception
{
    public TwinFencedException()
    {
    }

    public TwinFencedException(string message)
        : base(message)
    {
    }

    public TwinFencedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
