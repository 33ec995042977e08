using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Millwright.Ingest.Log;

/// <summary>
/// First bytes of a segment. It names the segment before it and how much of that one counts: after a failed sync the bytes behind the last
/// good commit are void, without anyone having to write to the failed file again.
/// </summary>
/// <remarks>
/// Magic (8), base (8), base and end of the segment before (8, 8), length of the log's id (1), id (64), version (1), then from version 1
/// on the
/// creation's ticks (8); zeros; CRC32C (4). Version 0 is what was written before there were versions: its readers ignore what follows the
/// id,
/// so both directions work.
/// </remarks>
internal sealed record SegmentHeader(string LogId, long Base, long PreviousBase, long PreviousEnd)
{
    public const int Bytes = 128;
    public const int MaxLogId = 64;
    private const ulong Magic = 0x31_30_47_4F_4C_57_4D_00;
    private const int IdAt = 33;
    private const int VersionAt = IdAt + MaxLogId;
    private const byte Version = 1;

    /// <summary>By the silo's clock. A file's own times do not survive a copy. Null in version 0.</summary>
    public DateTimeOffset? Created { get; init; }

    public static string NameOf(long position) => position.ToString("D20", CultureInfo.InvariantCulture) + ".log";

    public static bool IsSegment(string name) => name.Length == 24 && name.EndsWith(".log", StringComparison.Ordinal);

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Base);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), PreviousBase);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), PreviousEnd);
        bytes[IdAt - 1] = (byte)Encoding.UTF8.GetBytes(LogId, bytes.AsSpan(IdAt, MaxLogId));
        if (Created is { } created)
        {
            bytes[VersionAt] = Version;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(VersionAt + 1), created.UtcTicks);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Bytes - 4), Crc32C.Of(bytes.AsSpan(0, Bytes - 4)));
        return bytes;
    }

    public static SegmentHeader? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || Crc32C.Of(bytes[..(Bytes - 4)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Bytes - 4)..])
            || bytes[IdAt - 1] > MaxLogId
            || bytes[VersionAt] > Version)
        {
            return null;
        }

        return new SegmentHeader(
            Encoding.UTF8.GetString(bytes.Slice(IdAt, bytes[IdAt - 1])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]))
        {
            Created = bytes[VersionAt] == 0
                ? null : new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(bytes[(VersionAt + 1)..]), TimeSpan.Zero),
        };
    }
}
