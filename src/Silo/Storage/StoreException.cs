namespace Millwright.Silo.Storage;

/// <summary>
/// A store that cannot be used. Codes: <c>store.newer</c> (made by a later version), <c>store.corrupt</c>, <c>store.foreign</c> (not ours),
/// <c>store.unavailable</c> (disk full, file gone, closed).
/// </summary>
public sealed class StoreException(string code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public string Code { get; } = code;
}
