using System.Runtime.InteropServices;

namespace Millwright.Ingest.Payloads.Routing;

internal static class ByteHash
{
    /// <summary>
    /// Eight bytes a step. Not secret: tables that use it bound their probing, so chosen collisions cost a cache miss and no more.
    /// </summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            ulong hash = 0x9E3779B97F4A7C15UL ^ (ulong)bytes.Length;
            while (bytes.Length >= 8)
            {
                hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * 0xFF51AFD7ED558CCDUL;
                hash ^= hash >> 32;
                bytes = bytes[8..];
            }

            ulong tail = 0;
            foreach (byte b in bytes)
            {
                tail = (tail << 8) | b;
            }

            hash = (hash ^ tail) * 0xC4CEB9FE1A85EC53UL;
            return (uint)(hash >> 32);
        }
    }
}
