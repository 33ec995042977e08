namespace Millwright.Ingest.Log;

/// <summary>
/// Reads durable records in order, while others append. For one caller at a time. The tail comes out of the page cache: it was written
/// there a
/// moment ago.
/// </summary>
public sealed class LogReader : IDisposable
{
    private const int Chunk = 256 << 10;

    private readonly TelemetryLog log;
    private readonly ILogDisk disk;
    private readonly long first;
    private LogSegment? segment;
    private ILogFile? file;
    private byte[] buffer;
    private int used;
    private int held;
    private long position;
    private long limit;

    internal LogReader(TelemetryLog log, ILogDisk disk, long from)
    {
        this.log = log;
        this.disk = disk;
        first = Math.Max(from, 0);
        buffer = new byte[Math.Min(Chunk, log.SegmentBytes)];
        position = log.FrameBefore(first);
    }

    /// <summary>Every record before this position was read, or lay before the reader's start.</summary>
    public long Position => Math.Max(position, first);

    /// <summary>Completes when there is something to read; false when the log was closed.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => log.WaitForRecordsAsync(position, cancellationToken);

    /// <summary>False at the durable end. Throws <see cref="LogCorruptException"/> on damage, and again on each further call.</summary>
    public bool TryRead(out LogRecord record)
    {
        while (TryReadFrame(out record))
        {
            if (record.Kind is not (LogRecordKind.CommitMark or LogRecordKind.GroupMark) && record.Position >= first)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => file?.Dispose();

    private bool TryReadFrame(out LogRecord record)
    {
        record = default;
        if (position >= limit && !Refresh())
        {
            return false;
        }

        long size = LogFrame.ClaimedSize(buffer.AsSpan(used, held - used));
        if (size == 0 || size > held - used)
        {
            size = Fill();
        }

        ReadOnlySpan<byte> frame = buffer.AsSpan(used, (int)size);
        if (!LogFrame.TryRead(frame, position, out record, out string? fault))
        {
            throw Damaged(fault);
        }

        used += (int)size;
        position += size;
        return true;
    }

    /// <summary>Finds the segment that continues at the position; a range that failed in between is stepped over.</summary>
    private bool Refresh()
    {
        (LogSegment? found, long at, long end) = log.Locate(position);
        if (found is null)
        {
            position = at;
            return false;
        }

        if (found != segment)
        {
            file?.Dispose();
            file = null;
            file = disk.Open(found.Name);
            segment = found;
            (used, held) = (0, 0);
        }

        position = at;
        limit = end;
        return true;
    }

    /// <summary>Reads until the frame at the position is whole; returns its size.</summary>
    private long Fill()
    {
        buffer.AsSpan(used, held - used).CopyTo(buffer);
        held -= used;
        used = 0;
        while (true)
        {
            long size = LogFrame.ClaimedSize(buffer.AsSpan(0, held));
            if (size > limit - position)
            {
                throw Damaged("the record ends behind the end of the segment");
            }

            if (size != 0 && size <= held)
            {
                return size;
            }

            if (size > buffer.Length)
            {
                Array.Resize(ref buffer, (int)size);
            }

            int wanted = (int)Math.Min(buffer.Length, limit - position) - held;
            int count = wanted <= 0 ? 0 : file!.Read(buffer.AsSpan(held, wanted), OffsetOf(position) + held);
            if (count == 0)
            {
                throw Damaged("the file ends before the record does");
            }

            held += count;
        }
    }

    private LogCorruptException Damaged(string fault) => new(segment!.Name, OffsetOf(position), fault);

    private long OffsetOf(long place) => SegmentHeader.Bytes + (place - segment!.Base);
}
