using System.Buffers;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>Takes every complete packet out of a read buffer, in place. Only a packet that lies across two segments is copied.</summary>
internal static class FrameLoop
{
    /// <summary>Returns whether to read on; <paramref name="packets"/> were handled and <paramref name="rest"/> is left.</summary>
    public static bool Run(IPacketHandler handler, ReadOnlySequence<byte> buffer, out int packets, out ReadOnlySequence<byte> rest)
    {
        packets = 0;
        bool goOn = true;
        while (goOn && !buffer.IsEmpty)
        {
            int used = RunSegment(handler, buffer.FirstSpan, ref packets, ref goOn);
            buffer = buffer.Slice(used);
            if (!goOn || buffer.IsSingleSegment || !TryRunSplit(handler, ref buffer, ref goOn))
            {
                break;
            }

            packets++;
        }

        rest = buffer;
        return goOn;
    }

    private static int RunSegment(IPacketHandler handler, ReadOnlySpan<byte> span, ref int packets, ref bool goOn)
    {
        int used = 0;
        while (goOn && used < span.Length)
        {
            FrameStatus status = Frame.TryRead(span[used..], out Frame frame);
            if (!Check(handler, status, frame))
            {
                goOn = false;
            }
            else if (status == FrameStatus.Incomplete)
            {
                break;
            }
            else
            {
                goOn = handler.Handle(frame, span.Slice(used + frame.BodyStart, frame.BodyLength));
                used += frame.Total;
                packets++;
            }
        }

        return used;
    }

    private static bool TryRunSplit(IPacketHandler handler, ref ReadOnlySequence<byte> buffer, ref bool goOn)
    {
        FrameStatus status = Frame.TryRead(buffer, out Frame frame);
        if (!Check(handler, status, frame))
        {
            goOn = false;
            return false;
        }

        if (status != FrameStatus.Complete)
        {
            return false;
        }

        byte[] packet = ArrayPool<byte>.Shared.Rent(frame.Total);
        buffer.Slice(0, frame.Total).CopyTo(packet);
        goOn = handler.Handle(frame, packet.AsSpan(frame.BodyStart, frame.BodyLength));
        ArrayPool<byte>.Shared.Return(packet);
        buffer = buffer.Slice(frame.Total);
        return true;
    }

    /// <summary>Judges a packet by its header alone: one that is too large is refused before its body is read.</summary>
    private static bool Check(IPacketHandler handler, FrameStatus status, in Frame frame)
    {
        if (status == FrameStatus.Malformed)
        {
            return handler.Fail(PacketFault.LengthEncoding);
        }

        return frame.Total <= handler.MaxPacketSize || handler.Fail(PacketFault.TooLarge);
    }
}
