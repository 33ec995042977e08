using System.Text;

namespace Millwright.LoadGenerator.Payloads;

/// <summary>
/// A whole PUBLISH packet of one asset, formatted once; per message only digits of fixed width are written into a copy. That is why the
/// generator can load a receiver that does real work from a fraction of one core.
/// </summary>
internal sealed class PacketTemplate
{
    private const char Time = '\u0001';
    private const char Value = '\u0002';
    private const char Sequence = '\u0003';
    private const int TimeDigits = 16;
    private const int ValueDigits = 6;
    private const int SequenceDigits = 10;

    private readonly byte[] packet;
    private readonly int idOffset;
    private readonly int[] times;
    private readonly int[] values;
    private readonly int[] sequences;
    private readonly bool isMilliseconds;

    private PacketTemplate(string topic, string body, int qos, bool isMilliseconds)
    {
        this.isMilliseconds = isMilliseconds;
        var text = new StringBuilder();
        var time = new List<int>();
        var value = new List<int>();
        var sequence = new List<int>();
        foreach (char c in body)
        {
            (List<int>? offsets, string digits) = c switch
            {
                Time => (time, new string('0', isMilliseconds ? TimeDigits - 3 : TimeDigits)),
                Value => (value, "00.0000"),
                Sequence => (sequence, new string('0', SequenceDigits)),
                _ => ((List<int>?)null, c.ToString()),
            };
            offsets?.Add(text.Length);
            text.Append(digits);
        }

        byte[] payload = Encoding.ASCII.GetBytes(text.ToString());
        byte[] name = Encoding.ASCII.GetBytes(topic);
        int remaining = 2 + name.Length + (qos > 0 ? 2 : 0) + payload.Length;
        byte[] id = qos > 0 ? new byte[2] : [];
        packet = [(byte)(0x30 | (qos << 1)), .. Length(remaining), (byte)(name.Length >> 8), (byte)name.Length, .. name, .. id, .. payload];
        int start = packet.Length - payload.Length;
        idOffset = qos > 0 ? start - 2 : -1;
        times = [.. time.Select(o => o + start)];
        values = [.. value.Select(o => o + start)];
        sequences = [.. sequence.Select(o => o + start)];
    }

    public int Size => packet.Length;

    /// <summary>Values in one message.</summary>
    public int ValueCount => values.Length;

    public static PacketTemplate Create(PayloadShape shape, int asset, int qos) => shape == PayloadShape.Workload1
        ? new PacketTemplate(
            $"plant/l{asset % 20:D2}/asset-{asset:D5}/temp",
            $"{{\"a\":\"asset-{asset:D5}\",\"s\":\"temp\",\"t\":{Time},\"v\":{Value},\"q\":192,\"n\":{Sequence}}}",
            qos,
            isMilliseconds: false)
        : new PacketTemplate($"telemetry/plant/asset-{asset:D5}", $"[{Instant()},{Instant()}]", qos, isMilliseconds: true);

    /// <param name="microseconds">Since the Unix epoch.</param>
    /// <param name="sample">Gives each value in ten-thousandths, 100,000 to 999,999.</param>
    /// <param name="spike">Added to the last instant's first value, in ten-thousandths.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> target, ushort packetId, long microseconds, long sequence, SampleStream sample, int spike)
    {
        packet.CopyTo(target);
        if (idOffset >= 0)
        {
            unchecked
            {
                target[idOffset] = (byte)(packetId >> 8);
                target[idOffset + 1] = (byte)packetId;
            }
        }

        for (int i = 0; i < times.Length; i++)
        {
            if (isMilliseconds)
            {
                // Earlier instants lie a millisecond before the last one, which is the planned time.
                Digits.Write(target.Slice(times[i], TimeDigits - 3), (microseconds / 1000) - (times.Length - 1 - i));
            }
            else
            {
                Digits.Write(target.Slice(times[i], TimeDigits), microseconds);
            }
        }

        int spiked = values.Length == 1 ? 0 : values.Length / 2;
        for (int i = 0; i < values.Length; i++)
        {
            WriteValue(target.Slice(values[i], ValueDigits + 1), sample.Next() + (i == spiked ? spike : 0));
        }

        foreach (int offset in sequences)
        {
            // Ten digits from a billion on: JSON has no leading zeros.
            Digits.Write(target.Slice(offset, SequenceDigits), 1_000_000_000 + sequence);
        }

        return packet.Length;
    }

    private static string Instant()
        => $"{{\"ts\":{Time},\"values\":{{\"m1\":{Value},\"m2\":{Value},\"m3\":{Value},\"m4\":{Value},\"m5\":{Value}}}}}";

    private static void WriteValue(Span<byte> target, int tenThousandths)
    {
        (int whole, int fraction) = Math.DivRem(tenThousandths, 10_000);
        Digits.Write(target[..2], whole);
        Digits.Write(target[3..], fraction);
    }

    private static byte[] Length(int value)
    {
        var bytes = new List<byte>();
        do
        {
            int digit = value % 128;
            value /= 128;
            bytes.Add((byte)(value > 0 ? digit | 0x80 : digit));
        }
        while (value > 0);
        return [.. bytes];
    }
}
