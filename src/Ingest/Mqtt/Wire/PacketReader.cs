using System.Buffers.Binary;
using System.Text.Unicode;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>
/// Reads the fields of one packet body. The first fault sticks and every later read yields nothing, so a decoder reads straight on
/// and looks at <see cref="Fault"/> once, without an exception per bad packet.
/// </summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> body = body;

    public int Offset { get; private set; }

    public PacketFault Fault { get; private set; }

    public readonly int Remaining => body.Length - Offset;

    public void Fail(PacketFault fault)
    {
        if (Fault == PacketFault.None)
        {
            Fault = fault;
        }

        Offset = body.Length;
    }

    public byte ReadByte()
    {
        if (Remaining < 1)
        {
            Fail(PacketFault.Truncated);
            return 0;
        }

        return body[Offset++];
    }

    public ushort ReadUInt16()
    {
        if (Remaining < 2)
        {
            Fail(PacketFault.Truncated);
            return 0;
        }

        ushort value = BinaryPrimitives.ReadUInt16BigEndian(body[Offset..]);
        Offset += 2;
        return value;
    }

    public uint ReadUInt32()
    {
        if (Remaining < 4)
        {
            Fail(PacketFault.Truncated);
            return 0;
        }

        uint value = BinaryPrimitives.ReadUInt32BigEndian(body[Offset..]);
        Offset += 4;
        return value;
    }

    public int ReadVarInt()
    {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            byte digit = ReadByte();
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80)
            {
                // The shortest form is mandatory (section 1.5.5): a longer one is how filters get bypassed.
                if (digit == 0 && shift > 0 && Fault == PacketFault.None)
                {
                    Fail(PacketFault.LengthEncoding);
                }

                return value;
            }
        }

        Fail(PacketFault.LengthEncoding);
        return 0;
    }

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (Remaining < count)
        {
            Fail(PacketFault.Truncated);
            return default;
        }

        ReadOnlySpan<byte> bytes = body.Slice(Offset, count);
        Offset += count;
        return bytes;
    }

    public ReadOnlySpan<byte> ReadBinary() => ReadBytes(ReadUInt16());

    public ReadOnlySpan<byte> ReadUtf8()
    {
        ReadOnlySpan<byte> text = ReadBinary();
        PacketFault fault = CheckUtf8(text);
        if (fault != PacketFault.None)
        {
            Fail(fault);
            return default;
        }

        return text;
    }

    public ReadOnlySpan<byte> ReadRest() => ReadBytes(Remaining);

    public readonly ReadOnlySpan<byte> Slice(int start, int end) => body[start..end];

    public void ExpectEnd()
    {
        if (Remaining > 0)
        {
            Fail(PacketFault.TrailingBytes);
        }
    }

    public static PacketFault CheckUtf8(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0))
        {
            return PacketFault.NullCharacter;
        }

        return Utf8.IsValid(text) ? PacketFault.None : PacketFault.Utf8;
    }
}
