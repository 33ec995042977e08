namespace Millwright.Grains.Twins;

/// <summary>The store is away, or what it holds is damaged.</summary>
public sealed class TwinStoreException : Exception
{
    public TwinStoreException()
    {
    }

    public TwinStoreException(string message)
        : base(message)
    {
    }

    public TwinStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
