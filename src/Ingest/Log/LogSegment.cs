namespace Millwright.Ingest.Log;

/// <summary>A segment in the log's list. Guarded by the log's lock.</summary>
internal sealed class LogSegment(string name, long first, DateTimeOffset? created)
{
    /// <summary>Distance between entries of <see cref="Marks"/>: a reader that starts in the middle scans at most this much.</summary>
    private const long MarkDistance = 1 << 20;

    private readonly List<long> marks = [first];

    public string Name { get; } = name;

    /// <summary>Position of the first frame.</summary>
    public long Base { get; } = first;

    /// <summary>Position after the last durable frame.</summary>
    public long End { get; set; } = first;

    /// <summary>When it was begun, which is when the one before it ended; null in logs of versions that did not write it.</summary>
    public DateTimeOffset? Created { get; set; } = created;

    /// <summary>What its file takes on the disk, reserved blocks included.</summary>
    public long DiskBytes { get; set; }

    public void Mark(long frame)
    {
        if (frame - marks[^1] >= MarkDistance)
        {
            marks.Add(frame);
        }
    }

    /// <summary>Start of a known frame at or before <paramref name="position"/>.</summary>
    public long MarkBefore(long position)
    {
        int index = marks.BinarySearch(position);
        return marks[index >= 0 ? index : Math.Max(0, ~index - 1)];
    }
}
