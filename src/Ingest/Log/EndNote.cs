using System.Buffers.Binary;
using System.Text;

namespace Millwright.Ingest.Log;

/// <summary>
/// How far the log was durable, in a small file of its own. A commit is proven by the mark of the next one; the last commit has no next
/// one,
/// so that damage to it looks like a torn tail that nobody was told about. The note proves it: it is written after the sync and before the
/// acknowledgement, at the price of one short write and no sync. It is synced when the log is at rest.
/// </summary>
/// <remarks>
/// Never ahead of what is durable: a note that is lost or torn in a power cut proves less, not more. Magic (8), end (8), length of the
/// log's id
/// (1), id (64), zeros, CRC32C (4); less than a sector.
/// </remarks>
internal sealed class EndNote(ILogDisk disk) : IDisposable
{
    public const string Name = "durable.end";
    private const int Bytes = 96;
    private const int IdAt = 17;
    private const ulong Magic = 0x31_30_44_4E_45_57_4D_00;

    private readonly byte[] bytes = new byte[Bytes];
    private ILogFile? file;
    private bool isDirty;

    /// <summary>Null when there is none, or none that is whole: then only marks prove.</summary>
    public static (string LogId, long End)? Read(ILogDisk disk)
    {
        if (!disk.List().Contains(Name))
        {
            return null;
        }

        var bytes = new byte[Bytes];
        using ILogFile file = disk.Open(Name);
        if (file.Read(bytes, 0) < Bytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || Crc32C.Of(bytes.AsSpan(0, Bytes - 4)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(Bytes - 4))
            || bytes[IdAt - 1] > SegmentHeader.MaxLogId)
        {
            return null;
        }

        return (Encoding.UTF8.GetString(bytes, IdAt, bytes[IdAt - 1]), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)));
    }

    /// <summary>Makes the file or opens it. The caller syncs the directory.</summary>
    public void Open(string logId)
    {
        if (file is null)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
            bytes[IdAt - 1] = (byte)Encoding.UTF8.GetBytes(logId, bytes.AsSpan(IdAt, SegmentHeader.MaxLogId));
            file = disk.List().Contains(Name) ? disk.Open(Name) : disk.Create(Name, Bytes);
        }
    }

    public void Write(long end)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), end);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Bytes - 4), Crc32C.Of(bytes.AsSpan(0, Bytes - 4)));
        file!.Write(bytes, 0);
        isDirty = true;
    }

    /// <summary>Does nothing when what was written is synced.</summary>
    public void Sync()
    {
        if (isDirty && file is not null)
        {
            file.Sync();
            isDirty = false;
        }
    }

    /// <summary>After a failure: it is opened again with the next segment.</summary>
    public void Dispose()
    {
        file?.Dispose();
        file = null;
    }
}
