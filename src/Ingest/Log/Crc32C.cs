using System.Buffers.Binary;
using System.Numerics;

namespace Millwright.Ingest.Log;

/// <summary>
/// CRC32C (Castagnoli). <see cref="BitOperations"/> uses the processor's instruction where there is one and a table elsewhere.
/// </summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Of(bytes, 0);

    /// <param name="bytes">What is to be protected.</param>
    /// <param name="seed">Joins a field that lies elsewhere (a length, an epoch) to the sum.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint seed)
    {
        uint sum = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return ~sum;
    }
}
