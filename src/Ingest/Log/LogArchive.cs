using System.Globalization;

namespace Millwright.Ingest.Log;

/// <summary>Copies a log's directory, which may be in use: its notes first, and later its segments.</summary>
public static class LogArchive
{
    private const int Chunk = 1 << 20;

    /// <summary>
    /// Everything but segments: cursors. Copied before the stores, so that no cursor of the copy is ahead of what the copied stores hold.
    /// </summary>
    public static void CopyNotes(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string path in Directory.EnumerateFiles(from))
        {
            string name = Path.GetFileName(path);
            if (!SegmentHeader.IsSegment(name) && !name.EndsWith(".new", StringComparison.Ordinal))
            {
                Copy(path, Path.Combine(to, name), long.MaxValue);
            }
        }
    }

    /// <summary>
    /// All segments, the last cut at <paramref name="end"/>: what its writer adds meanwhile would be copied in the wrong order, and look
    /// like damage.
    /// </summary>
    /// <param name="from">The log's directory.</param>
    /// <param name="to">An existing directory.</param>
    /// <param name="end">A durable end that was read after the stores were copied; <see cref="long.MaxValue"/> when nobody writes.</param>
    public static void CopySegments(string from, string to, long end)
    {
        foreach (string path in Directory.EnumerateFiles(from).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!SegmentHeader.IsSegment(name))
            {
                continue;
            }

            long first = long.Parse(name.AsSpan(0, name.Length - 4), NumberStyles.None, CultureInfo.InvariantCulture);
            if (first <= end)
            {
                Copy(path, Path.Combine(to, name), end == long.MaxValue ? end : SegmentHeader.Bytes + (end - first));
            }
        }
    }

    private static void Copy(string from, string to, long length)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[Chunk];
        while (length > 0)
        {
            int count = source.Read(buffer, 0, (int)Math.Min(buffer.Length, length));
            if (count == 0)
            {
                return;
            }

            target.Write(buffer, 0, count);
            length -= count;
        }
    }
}
