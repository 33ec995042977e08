using System.Buffers;

namespace Millwright.Ingest.Mqtt.Wire;

internal enum FrameStatus : byte
{
    Complete,
    Incomplete,
    Malformed,
}

/// <summary>Where one packet lies in the read buffer: header byte, start of the body and its length.</summary>
internal readonly record struct Frame(byte Header, int BodyStart, int BodyLength)
{
    private const int LongestHeader = 5;

    public PacketType Type => (PacketType)(Header >> 4);

    public int Total => BodyStart + BodyLength;

    public static FrameStatus TryRead(ReadOnlySpan<byte> bytes, out Frame frame)
    {
        frame = default;
        if (bytes.Length < 2)
        {
            return FrameStatus.Incomplete;
        }

        int length = bytes[1];
        int start = 2;
        if (length >= 0x80)
        {
            FrameStatus status = TryReadLongLength(bytes, out length, out start);
            if (status != FrameStatus.Complete)
            {
                return status;
            }
        }

        frame = new Frame(bytes[0], start, length);
        return bytes.Length - start >= length ? FrameStatus.Complete : FrameStatus.Incomplete;
    }

    /// <summary>The same for a buffer in several segments; the caller copies the packet together when it is complete.</summary>
    public static FrameStatus TryRead(in ReadOnlySequence<byte> bytes, out Frame frame)
    {
        Span<byte> head = stackalloc byte[LongestHeader];
        int known = (int)Math.Min(bytes.Length, LongestHeader);
        bytes.Slice(0, known).CopyTo(head);
        FrameStatus status = TryRead(head[..known], out frame);
        if (status == FrameStatus.Malformed || frame.BodyStart == 0)
        {
            return status;
        }

        return bytes.Length >= frame.Total ? FrameStatus.Complete : FrameStatus.Incomplete;
    }

    private static FrameStatus TryReadLongLength(ReadOnlySpan<byte> bytes, out int length, out int start)
    {
        length = 0;
        start = 1;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (start >= bytes.Length)
            {
                return FrameStatus.Incomplete;
            }

            byte digit = bytes[start++];
            length |= (digit & 0x7F) << shift;
            if (digit < 0x80)
            {
                return digit == 0 ? FrameStatus.Malformed : FrameStatus.Complete;
            }
        }

        return FrameStatus.Malformed;
    }
}
