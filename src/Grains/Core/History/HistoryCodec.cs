using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.History;

/// <summary>
/// Raw samples of one metric as bytes and back, exactly: version, count, whether they are texts, marks as runs, times, and then values or
/// texts. A mark is the quality and, since version 2, whether the sample came as a backfill. Bytes that nobody could have written are a
/// <see cref="StateFormatException"/>.
/// </summary>
public static class HistoryCodec
{
    /// <summary>Most samples of one block.</summary>
    public const int MaxCount = 65_536;

    internal const byte HistoricalMark = 4;
    private const byte QualityMask = 3;
    private const byte Version = 2;

    /// <param name="samples">Ascending by event time; equal times are kept in their order. Texts only, or numbers only.</param>
    public static byte[] Encode(ReadOnlySpan<RawSample> samples)
    {
        long[] times = new long[samples.Length];
        double[] values = new double[samples.Length];
        byte[] marks = new byte[samples.Length];
        string[]? texts = samples.Length > 0 && samples[0].Text is not null ? new string[samples.Length] : null;
        for (int i = 0; i < samples.Length; i++)
        {
            times[i] = samples[i].EventTime.UtcTicks;
            values[i] = samples[i].Value;
            marks[i] = MarkOf(samples[i].Quality, samples[i].Historical);
            Invariant.Holds((i == 0 || times[i] >= times[i - 1]) && samples[i].Text is null == texts is null);
            if (texts is not null)
            {
                texts[i] = samples[i].Text!;
            }
        }

        return Encode(times, values, marks, texts);
    }

    public static RawSample[] Decode(ReadOnlySpan<byte> block)
    {
        var bits = new BitReader(block);
        byte version = bits.Byte();
        if (version is < 1 or > Version)
        {
            throw new StateFormatException("A history block has an unknown version.");
        }

        ulong count = bits.Varint();
        if (count > MaxCount)
        {
            throw new StateFormatException($"A history block of {count} samples is out of bounds.");
        }

        byte[] marks = new byte[count];
        long[] times = new long[count];
        double[] values = new double[count];
        bool isText = version > 1 && bits.Bit();
        ReadMarks(ref bits, marks, version == 1 ? 2 : 3);
        TimeStream.Read(ref bits, times);
        string[]? texts = null;
        if (isText)
        {
            texts = TextStream.Read(ref bits, (int)count, values);
        }
        else
        {
            ValueStream.Read(ref bits, values);
        }

        bits.End();
        var samples = new RawSample[count];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = new RawSample(
                Ticks.ToInstant(times[i]), values[i], (SampleQuality)(marks[i] & QualityMask), (marks[i] & HistoricalMark) != 0, texts?[i]);
        }

        return samples;
    }

    internal static byte MarkOf(SampleQuality quality, bool historical) => (byte)((byte)quality | (historical ? HistoricalMark : 0));

    /// <param name="texts">Null for numbers; else one per time.</param>
    internal static byte[] Encode(
        ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<byte> marks, string[]? texts)
    {
        Invariant.Holds(times.Length <= MaxCount && values.Length == times.Length && marks.Length == times.Length);
        Invariant.Holds(texts is null || texts.Length == times.Length);
        var bits = new BitWriter(32 + (times.Length * 4));
        bits.Byte(Version);
        bits.Varint((ulong)times.Length);
        bits.Bit(texts is not null);
        WriteMarks(bits, marks);
        TimeStream.Write(bits, times);
        if (texts is null)
        {
            ValueStream.Write(bits, values);
        }
        else
        {
            TextStream.Write(bits, texts, values);
        }

        return bits.Written.ToArray();
    }

    private static void WriteMarks(BitWriter bits, ReadOnlySpan<byte> marks)
    {
        for (int start = 0; start < marks.Length;)
        {
            int end = start + 1;
            while (end < marks.Length && marks[end] == marks[start])
            {
                end++;
            }

            bits.Bits(marks[start], 3);
            bits.Varint((ulong)(end - start));
            start = end;
        }
    }

    private static void ReadMarks(ref BitReader bits, Span<byte> marks, int width)
    {
        while (!marks.IsEmpty)
        {
            byte mark = (byte)bits.Bits(width);
            ulong length = bits.Varint();
            if (length == 0 || length > (ulong)marks.Length)
            {
                throw new StateFormatException("The qualities of a history block do not add up.");
            }

            marks[..(int)length].Fill(mark);
            marks = marks[(int)length..];
        }
    }
}
