using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.History;

/// <summary>
/// Raw samples of one metric as bytes and back, exactly: version, count, qualities as runs, times, values. Bytes that nobody could have
/// written are a <see cref="StateFormatException"/>.
/// </summary>
public static class HistoryCodec
{
    /// <summary>Most samples of one block.</summary>
    public const int MaxCount = 65_536;

    private const byte Version = 1;

    /// <param name="samples">Ascending by event time; equal times are kept in their order.</param>
    public static byte[] Encode(ReadOnlySpan<RawSample> samples)
    {
        long[] times = new long[samples.Length];
        double[] values = new double[samples.Length];
        byte[] qualities = new byte[samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            times[i] = samples[i].EventTime.UtcTicks;
            values[i] = samples[i].Value;
            qualities[i] = (byte)samples[i].Quality;
            Invariant.Holds(i == 0 || times[i] >= times[i - 1]);
        }

        return Encode(times, values, qualities);
    }

    public static RawSample[] Decode(ReadOnlySpan<byte> block)
    {
        var bits = new BitReader(block);
        if (bits.Byte() != Version)
        {
            throw new StateFormatException("A history block has an unknown version.");
        }

        ulong count = bits.Varint();
        if (count > MaxCount)
        {
            throw new StateFormatException($"A history block of {count} samples is out of bounds.");
        }

        byte[] qualities = new byte[count];
        long[] times = new long[count];
        double[] values = new double[count];
        ReadQualities(ref bits, qualities);
        TimeStream.Read(ref bits, times);
        ValueStream.Read(ref bits, values);
        bits.End();

        var samples = new RawSample[count];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = new RawSample(Ticks.ToInstant(times[i]), values[i], (SampleQuality)qualities[i]);
        }

        return samples;
    }

    internal static byte[] Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<byte> qualities)
    {
        Invariant.Holds(times.Length <= MaxCount && values.Length == times.Length && qualities.Length == times.Length);
        var bits = new BitWriter(32 + (times.Length * 4));
        bits.Byte(Version);
        bits.Varint((ulong)times.Length);
        WriteQualities(bits, qualities);
        TimeStream.Write(bits, times);
        ValueStream.Write(bits, values);
        return bits.Written.ToArray();
    }

    private static void WriteQualities(BitWriter bits, ReadOnlySpan<byte> qualities)
    {
        for (int start = 0; start < qualities.Length;)
        {
            int end = start + 1;
            while (end < qualities.Length && qualities[end] == qualities[start])
            {
                end++;
            }

            bits.Bits(qualities[start], 2);
            bits.Varint((ulong)(end - start));
            start = end;
        }
    }

    private static void ReadQualities(ref BitReader bits, Span<byte> qualities)
    {
        while (!qualities.IsEmpty)
        {
            byte quality = (byte)bits.Bits(2);
            ulong length = bits.Varint();
            if (length == 0 || length > (ulong)qualities.Length)
            {
                throw new StateFormatException("The qualities of a history block do not add up.");
            }

            qualities[..(int)length].Fill(quality);
            qualities = qualities[(int)length..];
        }
    }
}
