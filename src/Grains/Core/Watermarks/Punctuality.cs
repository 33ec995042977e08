namespace Millwright.Core.Watermarks;

/// <summary>
/// How a sample stands to one window. Ordered: in overlapping windows the lowest counts, unless one is <see cref="Dropped"/>.
/// </summary>
public enum Punctuality
{
    OnTime,

    /// <summary>The window was complete, but may still be issued again.</summary>
    Late,

    Dropped,
}
