using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Joins blocks in order of their start into points in [from, to), and drops what overlapping blocks hold twice.</summary>
internal sealed class PointMerge(DateTimeOffset from, DateTimeOffset to, int limit)
{
    /// <summary>Most points of one answer, whatever was asked for.</summary>
    private const int MaxPoints = 1_000_000;

    private readonly List<HistoryPoint> points = [];
    private readonly List<HistoryPoint> decoded = [];
    private readonly int bound = Math.Clamp(limit, 0, MaxPoints);

    public DateTimeOffset From => from;

    public DateTimeOffset To => to;

    /// <summary>Set by the first overlap: the points are then in order only after sorting.</summary>
    private bool isMixed;

    /// <summary>
    /// Whether no block that begins at <paramref name="first"/> or later can change the answer. With overlaps a later block may hold
    /// earlier points, so then all blocks must be seen.
    /// </summary>
    public bool IsFullBefore(DateTimeOffset first) =>
        bound == 0 || (!isMixed && points.Count >= bound && first > points[bound - 1].EventTime);

    public void Add(HistoryBlock block, IHistoryDecoder decoder)
    {
        decoded.Clear();
        decoder.Decode(block, decoded);
        bool overlaps = points.Count > 0 && block.First <= points[^1].EventTime;
        isMixed |= overlaps;
        HashSet<HistoryPoint>? known = overlaps ? [.. points.Where(point => point.EventTime >= block.First)] : null;
        foreach (HistoryPoint point in decoded)
        {
            if (point.EventTime >= from && point.EventTime < to && known?.Contains(point) != true)
            {
                points.Add(point);
            }
        }
    }

    public ImmutableArray<HistoryPoint> ToImmutable()
    {
        IEnumerable<HistoryPoint> ordered = isMixed ? points.OrderBy(point => point.EventTime) : points;
        return [.. ordered.Take(bound)];
    }
}
