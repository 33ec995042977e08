using System.Buffers.Binary;
using System.Text;
using Millwright.Ingest.Log;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Where a restarted feeder begins: everything before it is in checkpoints. Kept beside the log; damage or another log's id means: from the
/// start.
/// </summary>
internal static class FeedCursor
{
    private const string Name = "feed.cursor";
    private const int Fixed = 8 + 4;

    public static long Read(TelemetryLog log)
    {
        byte[]? bytes;
        try
        {
            bytes = log.ReadNote(Name);
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            // As good as none: twins know what they have seen.
            return 0;
        }

        if (bytes is null || bytes.Length < Fixed)
        {
            return 0;
        }

        ReadOnlySpan<byte> content = bytes.AsSpan(0, bytes.Length - 4);
        bool isWhole = Crc32C.Of(content) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(content.Length));
        return isWhole && Encoding.UTF8.GetString(content[8..]) == log.LogId ? BinaryPrimitives.ReadInt64LittleEndian(content) : 0;
    }

    /// <summary>A restart then begins at the start of the log, and misses nothing there.</summary>
    public static void Remove(TelemetryLog log) => log.RemoveNote(Name);

    public static void Write(TelemetryLog log, long position)
    {
        byte[] id = Encoding.UTF8.GetBytes(log.LogId);
        var bytes = new byte[Fixed + id.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        id.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8 + id.Length), Crc32C.Of(bytes.AsSpan(0, 8 + id.Length)));
        log.WriteNote(Name, bytes);
    }
}
