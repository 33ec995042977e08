using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage;

/// <summary>
/// The number of the last sync, beside the database. SQLite forgets the end of a damaged write-ahead log without a word; this file tells.
/// </summary>
internal static class SyncMark
{
    private const int Bytes = 12;

    public static string PathOf(string database) => database + ".sync";

    /// <summary>Durable when this returns. Written anew and renamed, so a crash leaves the old one or the new one.</summary>
    public static void Write(string database, long number)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Crc32C.Of(bytes[..8]));
        string path = PathOf(database);
        using (SafeFileHandle file = File.OpenHandle(path + ".new", FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, bytes, 0);
            DiskSync.Data(file);
        }

        File.Move(path + ".new", path, overwrite: true);
        DiskSync.Directory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Null where there is none: a new store, or one restored from a backup.</summary>
    public static long? Read(string database)
    {
        string path = PathOf(database);
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        return bytes.Length == Bytes && Crc32C.Of(bytes.AsSpan(0, 8)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8))
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
            : throw new StoreException("store.corrupt", $"{Path.GetFileName(path)} is damaged. Run 'millwright verify', then remove it.");
    }
}
