using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Millwright.Core.History;

/// <summary>
/// Each asset's sealed blocks form a chain: a block's hash covers the hash before it, so nobody can change, drop, move or add a block
/// without changing every hash behind it, the last of which the twin's checkpoint holds.
/// </summary>
/// <remarks>
/// SHA-256 over: hash before (32 bytes), asset and metric (UTF-8, each behind its length in four bytes), sequence, first, last (ticks)
/// and count (eight, eight, eight and four bytes, little-endian), data. The lengths keep two fields from being read as one.
/// </remarks>
public static class HistoryChain
{
    public const int HashBytes = 32;

    /// <summary>The hash before an asset's first block.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[HashBytes];

    public static byte[] Next(ReadOnlySpan<byte> previous, string asset, in ChainLink link, ReadOnlySpan<byte> data)
    {
        Invariant.Holds(previous.Length == HashBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Text(hash, asset);
        Text(hash, link.Metric);
        Span<byte> numbers = stackalloc byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, link.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], link.First);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], link.Last);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[24..], link.Count);
        hash.AppendData(numbers);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    private static void Text(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

/// <summary>What a block says of itself besides its data. Times are UTC ticks.</summary>
public readonly record struct ChainLink(long Sequence, string Metric, long First, long Last, int Count);

/// <summary>The last block of a chain; sequence 0 and <see cref="HistoryChain.Genesis"/> before the first.</summary>
public readonly record struct ChainHead(long Sequence, ReadOnlyMemory<byte> Hash)
{
    public static ChainHead Start { get; } = new(0, HistoryChain.Genesis);
}
