using System.Numerics;
using System.Text;
using Millwright.Core.State;

namespace Millwright.Core.History;

/// <summary>
/// Texts as a dictionary, in the order of their first use, and runs of places in it: an operating state of four words costs about a byte a
/// change, however often it is sent. A number that came beside its text is kept too, where any did.
/// </summary>
internal static class TextStream
{
    public static void Write(BitWriter bits, ReadOnlySpan<string> texts, ReadOnlySpan<double> values)
    {
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<string> words = [];
        foreach (string text in texts)
        {
            if (places.TryAdd(text, words.Count))
            {
                words.Add(text);
            }
        }

        bits.Varint((ulong)words.Count);
        foreach (string word in words)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(word);
            bits.Varint((ulong)bytes.Length);
            foreach (byte one in bytes)
            {
                bits.Byte(one);
            }
        }

        int width = WidthOf(words.Count);
        for (int start = 0; start < texts.Length;)
        {
            int end = start + 1;
            while (end < texts.Length && texts[end] == texts[start])
            {
                end++;
            }

            bits.Bits((ulong)places[texts[start]], width);
            bits.Varint((ulong)(end - start));
            start = end;
        }

        bool hasValues = values.ContainsAnyExcept(double.NaN);
        bits.Bit(hasValues);
        if (hasValues)
        {
            ValueStream.Write(bits, values);
        }
    }

    public static string[] Read(ref BitReader bits, int count, Span<double> values)
    {
        ulong size = bits.Varint();
        if (size > (ulong)count || (size == 0 && count > 0))
        {
            throw new StateFormatException($"A history block of {count} texts cannot have {size} different ones.");
        }

        string[] words = new string[size];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = ReadWord(ref bits);
        }

        string[] texts = new string[count];
        int width = WidthOf(words.Length);
        for (int start = 0; start < count;)
        {
            ulong place = bits.Bits(width);
            ulong length = bits.Varint();
            if (place >= size || length == 0 || length > (ulong)(count - start))
            {
                throw new StateFormatException("The texts of a history block do not add up.");
            }

            texts.AsSpan(start, (int)length).Fill(words[place]);
            start += (int)length;
        }

        if (bits.Bit())
        {
            ValueStream.Read(ref bits, values);
        }
        else
        {
            values.Fill(double.NaN);
        }

        return texts;
    }

    private static int WidthOf(int words) => words < 2 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)(words - 1));

    private static string ReadWord(ref BitReader bits)
    {
        ulong length = bits.Varint();
        if (length > (ulong)bits.BytesLeft)
        {
            throw new StateFormatException("A text in a history block ends early.");
        }

        byte[] bytes = new byte[length];
        foreach (ref byte one in bytes.AsSpan())
        {
            one = bits.Byte();
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
