using System.Collections.Immutable;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>The end of a range of history.</summary>
/// <param name="Count">
/// Samples in the whole range; those that the store holds twice, after it fell back to a checkpoint, count twice.
/// </param>
/// <param name="Points">The newest of them, ascending.</param>
public sealed record StoredTail(long Count, ImmutableArray<HistoryPoint> Points)
{
    public static StoredTail Empty { get; } = new(0, []);
}
