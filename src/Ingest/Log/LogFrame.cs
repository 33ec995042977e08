using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Millwright.Ingest.Log;

/// <summary>
/// One record on disk: length (4), CRC32C (4), position (8), kind (1), payload. The length counts what follows the CRC and is summed with
/// it;
/// the position in the frame makes a frame that lies at the wrong place invalid, e.g. one left over from a reused block.
/// </summary>
internal static class LogFrame
{
    public const int HeaderBytes = 17;
    public const int MarkBytes = HeaderBytes + 1;
    private const int Prefix = 8;
    private const int Fixed = HeaderBytes - Prefix;

    public static int Size(int payload) => HeaderBytes + payload;

    public static void Write(Span<byte> target, long position, LogRecordKind kind, ReadOnlySpan<byte> payload)
    {
        uint length = (uint)(Fixed + payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target, length);
        BinaryPrimitives.WriteInt64LittleEndian(target[Prefix..], position);
        target[HeaderBytes - 1] = (byte)kind;
        payload.CopyTo(target[HeaderBytes..]);
        uint sum = Crc32C.Of(target.Slice(Prefix, (int)length), length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], sum);
    }

    /// <summary>Total size that the frame at the start of <paramref name="bytes"/> claims, or 0 when the header is not complete.</summary>
    public static long ClaimedSize(ReadOnlySpan<byte> bytes) =>
        bytes.Length < HeaderBytes ? 0 : Prefix + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>Reads a whole frame that must lie at <paramref name="position"/>; false when it is damaged, with a word on how.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, long position, out LogRecord record, [NotNullWhen(false)] out string? fault)
    {
        record = default;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        if (length < Fixed || Prefix + length != frame.Length)
        {
            fault = $"the length {length} is impossible";
            return false;
        }

        if (Crc32C.Of(frame[Prefix..], length) != BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]))
        {
            fault = "the checksum differs";
            return false;
        }

        long stored = BinaryPrimitives.ReadInt64LittleEndian(frame[Prefix..]);
        if (stored != position)
        {
            fault = $"it holds position {stored} where {position} belongs";
            return false;
        }

        fault = null;
        record = new LogRecord(position, (LogRecordKind)frame[HeaderBytes - 1], frame[HeaderBytes..]);
        return true;
    }

    /// <summary>True for a valid mark, written after a successful sync, at the start of <paramref name="bytes"/>.</summary>
    public static bool IsSyncedMark(ReadOnlySpan<byte> bytes, long position) =>
        bytes.Length >= MarkBytes
        && ClaimedSize(bytes) == MarkBytes
        && bytes[HeaderBytes - 1] == (byte)LogRecordKind.CommitMark
        && bytes[HeaderBytes] == 1
        && TryRead(bytes[..MarkBytes], position, out _, out _);
}
