using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Millwright.Ingest.Log;

namespace Millwright.Silo.Storage;

/// <summary>
/// CRC32C over all columns of a row, and over the name of what the row belongs to: SQLite has no checksums of its own, and a row that was
/// edited, or that a damaged key leads to, must never pass for the truth. Each value is summed with its type and length.
/// </summary>
internal static class RowSum
{
    public const string Function = "rowsum";

    /// <summary>The sum of values as they are bound to a statement.</summary>
    /// <param name="owner">Table and asset or name: the row of another is damage.</param>
    public static long Of(string owner, params ReadOnlySpan<object?> values)
    {
        uint sum = Text(owner, 0);
        foreach (object? value in values)
        {
            sum = Add(value, sum);
        }

        return sum;
    }

    /// <summary>Whether the first <paramref name="count"/> columns add up to the one behind them.</summary>
    public static bool IsWhole(StoreRows row, string owner, int count)
    {
        uint sum = Text(owner, 0);
        for (int i = 0; i < count; i++)
        {
            sum = Add(row.GetValue(i), sum);
        }

        return row.GetValue(count) is long stored && stored == sum;
    }

    /// <summary>For the step of the schema that gives existing rows their sums: the owner first, then the values.</summary>
    public static void Register(SqliteConnection connection)
    {
        connection.CreateFunction(
            Function, (object?[] values) => Of(Convert.ToString(values[0], CultureInfo.InvariantCulture)!, values.AsSpan(1)));
        connection.CreateFunction("alertclaim", (byte[] json) => AlertRows.ClaimOf(json));
        connection.CreateFunction("bytesum", (byte[] data, long seed) => (long)Crc32C.Of(data, unchecked((uint)(seed ^ (seed >> 32)))));
    }

    private static uint Add(object? value, uint sum) => value switch
    {
        null or DBNull => Crc32C.Of([0], sum),
        long number => Number(1, number, sum),
        int number => Number(1, number, sum),

        // SQLite keeps no sign of zero.
        double number => Number(2, BitConverter.DoubleToInt64Bits(number + 0.0), sum),
        string text => Text(text, sum),
        byte[] bytes => Crc32C.Of(bytes, Number(4, bytes.Length, sum)),
        _ => throw new InvalidOperationException($"A row holds no {value.GetType().Name}."),
    };

    private static uint Number(byte type, long number, uint sum)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = type;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], number);
        return Crc32C.Of(bytes, sum);
    }

    private static uint Text(string text, uint sum)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(text, bytes);
        return Crc32C.Of(bytes, Number(3, length, sum));
    }
}
