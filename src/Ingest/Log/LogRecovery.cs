namespace Millwright.Ingest.Log;

/// <summary>
/// What a log finds on its disk when it starts. The last commit may be torn: it is cut, for nobody was told that it is durable. Damage
/// before a
/// mark that was written after a successful sync is not a torn tail but lost data, and an error.
/// </summary>
internal sealed class LogRecovery
{
    private const int Chunk = 1 << 20;

    private readonly ILogDisk disk;
    private readonly List<SegmentHeader> headers = [];

    private LogRecovery(ILogDisk disk) => this.disk = disk;

    public List<LogSegment> Segments { get; } = [];

    public string? LogId => headers.Count == 0 ? null : headers[^1].LogId;

    /// <summary>Where the next segment begins.</summary>
    public long End { get; private set; }

    public long CutBytes { get; private set; }

    public static LogRecovery Run(ILogDisk disk, LogOptions options)
    {
        var recovery = new LogRecovery(disk);
        recovery.ReadHeaders();
        recovery.Chain();
        if (recovery.Segments.Count > 0)
        {
            recovery.RepairTail(options.Durability);
        }

        return recovery;
    }

    private void ReadHeaders()
    {
        string[] names = [.. disk.List().Where(SegmentHeader.IsSegment).Order(StringComparer.Ordinal)];
        var bytes = new byte[SegmentHeader.Bytes];
        for (int i = 0; i < names.Length; i++)
        {
            using ILogFile file = disk.Open(names[i]);
            int count = file.Read(bytes, 0);
            SegmentHeader? header = SegmentHeader.TryDecode(bytes.AsSpan(0, count));
            if (header is not null && SegmentHeader.NameOf(header.Base) == names[i])
            {
                headers.Add(header);
                continue;
            }

            // The header is synced before any record, so a crash can only leave the newest segment without one, and then it is empty.
            if (i < names.Length - 1 || LastWritten(file, SegmentHeader.Bytes) > SegmentHeader.Bytes)
            {
                throw new LogCorruptException(names[i], 0, "its header cannot be read.");
            }

            disk.Delete(names[i]);
        }
    }

    private void Chain()
    {
        for (int i = 0; i < headers.Count; i++)
        {
            var segment = new LogSegment(SegmentHeader.NameOf(headers[i].Base), headers[i].Base);
            if (i > 0)
            {
                if (headers[i].PreviousBase != headers[i - 1].Base || headers[i].LogId != headers[0].LogId)
                {
                    throw new LogCorruptException(segment.Name, 0,
                        $"segment {SegmentHeader.NameOf(headers[i].PreviousBase)} before it is missing.");
                }

                Segments[i - 1].End = headers[i].PreviousEnd;
            }

            Segments.Add(segment);
        }
    }

    private void RepairTail(LogDurability durability)
    {
        LogSegment last = Segments[^1];
        using ILogFile file = disk.Open(last.Name);
        (long end, string? fault) = ScanFrames(file, last);
        long offset = SegmentHeader.Bytes + (end - last.Base);
        if (fault is not null)
        {
            long written = LastWritten(file, offset);
            if (FindSyncedMark(file, offset, written, last.Base) is { } mark)
            {
                throw new LogCorruptException(last.Name, offset, $"{fault}, and byte {mark} proves that it was durable.");
            }

            CutBytes = written - offset;
        }

        file.SetLength(offset);
        if (durability == LogDurability.Fsync)
        {
            // After a kill the records may be in the page cache only; readers are promised durable ones.
            file.Sync();
        }

        last.End = end;
        End = end;
    }

    /// <summary>Position after the last valid frame, and what is wrong with the one behind it, if anything is there.</summary>
    private static (long End, string? Fault) ScanFrames(ILogFile file, LogSegment segment)
    {
        var buffer = new byte[Chunk];
        int held = 0;
        int used = 0;
        long position = segment.Base;
        while (true)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(used, held - used);
            long size = LogFrame.ClaimedSize(rest);
            if (size != 0 && size <= rest.Length)
            {
                if (!LogFrame.TryRead(rest[..(int)size], position, out LogRecord record, out string? fault))
                {
                    return (position, fault);
                }

                if (record.Kind == LogRecordKind.CommitMark)
                {
                    segment.Mark(position);
                }

                position += size;
                used += (int)size;
                continue;
            }

            rest.CopyTo(buffer);
            held -= used;
            used = 0;
            if (size > buffer.Length)
            {
                if (size > segment.Base - position + file.Length)
                {
                    return (position, "the record ends behind the end of the file");
                }

                Array.Resize(ref buffer, (int)size);
            }

            int count = file.Read(buffer.AsSpan(held), SegmentHeader.Bytes + (position - segment.Base) + held);
            if (count == 0)
            {
                return (position, held == 0 ? null : "the record is cut short");
            }

            held += count;
        }
    }

    private static long? FindSyncedMark(ILogFile file, long from, long to, long first)
    {
        var buffer = new byte[Chunk];
        for (long offset = from; offset < to; offset += Chunk - LogFrame.MarkBytes)
        {
            int count = (int)Math.Min(to - offset, ReadFully(file, buffer, offset));
            for (int i = 0; i + LogFrame.MarkBytes <= count; i++)
            {
                if (LogFrame.IsSyncedMark(buffer.AsSpan(i, count - i), first + (offset + i - SegmentHeader.Bytes)))
                {
                    return offset + i;
                }
            }

        }

        return null;
    }

    /// <summary>
    /// Offset behind the last byte that is not zero (reserved blocks read as zeros); <paramref name="from"/> when all are.
    /// </summary>
    private static long LastWritten(ILogFile file, long from)
    {
        var buffer = new byte[Chunk];
        long last = from;
        for (long offset = from; ; offset += Chunk)
        {
            int count = ReadFully(file, buffer, offset);
            int index = buffer.AsSpan(0, count).LastIndexOfAnyExcept((byte)0);
            last = index < 0 ? last : offset + index + 1;
            if (count < Chunk)
            {
                return last;
            }
        }
    }

    private static int ReadFully(ILogFile file, Span<byte> buffer, long offset)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = file.Read(buffer[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }
}
