using System.Buffers.Binary;

namespace Millwright.Ingest.Log;

/// <summary>
/// What a log finds on its disk when it starts. The last commit may be torn: it is cut, for nobody was told that it is durable. Damage
/// before
/// what a later mark or the <see cref="EndNote"/> proves is not a torn tail but lost data, and an error.
/// </summary>
/// <remarks>Looking changes nothing, so a log can start on a disk that takes no writes; <see cref="Settle"/> is tried until it
/// succeeds.</remarks>
internal sealed class LogRecovery
{
    private const int Chunk = 1 << 20;

    private readonly ILogDisk disk;
    private readonly List<SegmentHeader> headers = [];
    private string? stillborn;
    private bool keepsTornTail;
    private long groupStart;
    private long groupEnd;

    private LogRecovery(ILogDisk disk) => this.disk = disk;

    public List<LogSegment> Segments { get; } = [];

    public string? LogId => headers.Count == 0 ? null : headers[^1].LogId;

    /// <summary>Where the next segment begins.</summary>
    public long End { get; private set; }

    /// <summary>What was synced before this start. The rest, up to <see cref="End"/>, may be in the page cache only.</summary>
    public long ProvenEnd { get; private set; }

    public long CutBytes { get; private set; }

    /// <exception cref="LogCorruptException">What was durable is damaged or missing.</exception>
    /// <exception cref="LogUnreadableException">The disk cannot be read.</exception>
    public static LogRecovery Scan(ILogDisk disk, bool keepsTornTail = false)
    {
        var recovery = new LogRecovery(disk) { keepsTornTail = keepsTornTail };
        try
        {
            recovery.ReadHeaders();
            recovery.Chain();
            recovery.FindEnd(EndNote.Read(disk));
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            throw new LogUnreadableException(failure.Message, failure);
        }

        return recovery;
    }

    /// <summary>Makes what was found durable and cuts the torn tail. May be tried again after a failure.</summary>
    public void Settle(LogDurability durability)
    {
        if (stillborn is not null)
        {
            disk.Delete(stillborn);
        }

        if (Segments.Count == 0)
        {
            return;
        }

        LogSegment last = Segments[^1];
        using ILogFile file = disk.Open(last.Name);
        long length = SegmentHeader.Bytes + (End - last.Base);

        // A header is proven by the first record behind it.
        long proven = End == last.Base ? 0 : SegmentHeader.Bytes + (ProvenEnd - last.Base);
        if (durability == LogDurability.Fsync && proven < length)
        {
            // Written once more, not only synced: after a failed sync the kernel may hold pages for clean that never reached the disk.
            var tail = new byte[length - proven];
            if (ReadFully(file, tail, proven) < tail.Length)
            {
                throw new LogDiskException("the last commit can no longer be read.", 0);
            }

            file.Write(tail, proven);
        }

        if (file.Length != length)
        {
            file.SetLength(length);
        }

        if (durability == LogDurability.Fsync)
        {
            file.Sync();
        }

        last.DiskBytes = length;
    }

    private void ReadHeaders()
    {
        string[] names = [.. disk.List().Where(SegmentHeader.IsSegment).Order(StringComparer.Ordinal)];
        var bytes = new byte[SegmentHeader.Bytes];
        for (int i = 0; i < names.Length; i++)
        {
            using ILogFile file = disk.Open(names[i]);
            int count = ReadFully(file, bytes, 0);
            SegmentHeader? header = SegmentHeader.TryDecode(bytes.AsSpan(0, count));
            if (header is not null && SegmentHeader.NameOf(header.Base) == names[i])
            {
                headers.Add(header);
                Segments.Add(new LogSegment(names[i], header.Base, header.Created) { DiskBytes = file.Length });
                continue;
            }

            // The header is synced before any record, so a crash can only leave the newest segment without one, and then it is empty.
            if (i < names.Length - 1 || LastWritten(file, SegmentHeader.Bytes) > SegmentHeader.Bytes)
            {
                throw new LogCorruptException(names[i], 0, "its header cannot be read.");
            }

            stillborn = names[i];
        }
    }

    private void Chain()
    {
        for (int i = 1; i < headers.Count; i++)
        {
            if (headers[i].PreviousBase != headers[i - 1].Base || headers[i].LogId != headers[0].LogId)
            {
                throw new LogCorruptException(Segments[i].Name, 0,
                    $"segment {SegmentHeader.NameOf(headers[i].PreviousBase)} before it is missing.");
            }

            Segments[i - 1].End = headers[i].PreviousEnd;
        }
    }

    private void FindEnd((string LogId, long End)? note)
    {
        long noted = note is { } known && (LogId is null || known.LogId == LogId) ? known.End : 0;
        if (Segments.Count > 0)
        {
            ScanTail(Segments[^1], noted);
        }

        if (End < noted)
        {
            LogSegment? last = Segments.Count == 0 ? null : Segments[^1];
            string name = stillborn ?? last?.Name ?? SegmentHeader.NameOf(0);
            long offset = stillborn is null && last is not null ? SegmentHeader.Bytes + (End - last.Base) : 0;
            throw new LogCorruptException(name, offset, $"the log ends here, but was durable to position {noted} ({EndNote.Name}).");
        }
    }

    private void ScanTail(LogSegment last, long noted)
    {
        using ILogFile file = disk.Open(last.Name);
        (long end, long proven, string? fault) = ScanFrames(file, last);
        if (end < groupEnd)
        {
            // A part of a group is worse than none of it: its source will repeat the whole.
            (end, fault) = (groupStart, fault ?? "the group of records is cut short");
        }

        long offset = SegmentHeader.Bytes + (end - last.Base);
        if (fault is not null)
        {
            if (end < noted)
            {
                throw new LogCorruptException(last.Name, offset, $"{fault}, and {EndNote.Name} proves that it was durable.");
            }

            long written = LastWritten(file, offset);
            if (FindSyncedMark(file, offset, written, last.Base) is { } mark)
            {
                throw new LogCorruptException(last.Name, offset, $"{fault}, and byte {mark} proves that it was durable.");
            }

            CutBytes = written - offset;
            end = keepsTornTail ? end + CutBytes : end;
        }

        last.End = end;
        End = end;
        ProvenEnd = Math.Max(proven, Math.Min(noted, end));
    }

    /// <summary>
    /// Position after the last valid frame, position of the last mark that proves what is before it, and what is wrong with the frame
    /// behind,
    /// if anything is there.
    /// </summary>
    private (long End, long Proven, string? Fault) ScanFrames(ILogFile file, LogSegment segment)
    {
        var buffer = NewBuffer(file);
        long proven = segment.Base;
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
                    return (position, proven, fault);
                }

                if (record.Kind == LogRecordKind.CommitMark)
                {
                    segment.Mark(position);
                    proven = record.Payload is [1, ..] ? position : proven;
                }
                else if (record.Kind == LogRecordKind.GroupMark)
                {
                    groupStart = position;
                    groupEnd = position + size + BinaryPrimitives.ReadInt32LittleEndian(record.Payload);
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
                    return (position, proven, "the record ends behind the end of the file");
                }

                Array.Resize(ref buffer, (int)size);
            }

            int count = file.Read(buffer.AsSpan(held), SegmentHeader.Bytes + (position - segment.Base) + held);
            if (count == 0)
            {
                return (position, proven, held == 0 ? null : "the record is cut short");
            }

            held += count;
        }
    }

    private static long? FindSyncedMark(ILogFile file, long from, long to, long first)
    {
        var buffer = NewBuffer(file);
        for (long offset = from; offset < to; offset += buffer.Length - LogFrame.MarkBytes)
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
        var buffer = NewBuffer(file);
        long last = from;
        for (long offset = from; ; offset += buffer.Length)
        {
            int count = ReadFully(file, buffer, offset);
            int index = buffer.AsSpan(0, count).LastIndexOfAnyExcept((byte)0);
            last = index < 0 ? last : offset + index + 1;
            if (count < buffer.Length)
            {
                return last;
            }
        }
    }

    /// <summary>A mark must fit even beside the smallest remainder.</summary>
    private static byte[] NewBuffer(ILogFile file) => new byte[Math.Clamp(file.Length, 2 * LogFrame.MarkBytes, Chunk)];

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
