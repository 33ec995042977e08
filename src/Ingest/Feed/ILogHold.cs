namespace Millwright.Ingest.Feed;

/// <summary>Something besides twins and quarantine that reads the log again after a restart, and until then holds it back.</summary>
public interface ILogHold
{
    /// <summary>
    /// The lowest position it still needs; <see cref="long.MaxValue"/> for none. What it no longer needs it has committed to the store
    /// before it says so.
    /// </summary>
    long NeededFrom { get; }
}
