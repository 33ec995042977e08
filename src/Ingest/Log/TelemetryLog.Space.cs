namespace Millwright.Ingest.Log;

/// <summary>Space on the disk: what is kept, what goes, and what happens to sources when there is little left.</summary>
public sealed partial class TelemetryLog
{
    /// <summary>How often what is past its keeping is deleted, and how soon after the last commit its proof is synced.</summary>
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromSeconds(1);

    /// <summary>Between two commits when the bound is all but reached.</summary>
    private static readonly TimeSpan LongestSlowPause = TimeSpan.FromSeconds(1);

    /// <summary>One at a time deletes: the writer by the clock, the feeder when it has moved.</summary>
    private readonly Lock sweeping = new();

    /// <summary>Out of the list, not yet off the disk: oldest first, so that the chain never has a hole.</summary>
    private readonly Queue<LogSegment> condemned = new();
    private long needed;
    private long diskBytes;
    private long lastHousekeeping;

    /// <summary>A new segment took room: what is kept without need may have to go, before anybody is refused.</summary>
    private bool rolled;
    private TimeSpan slowPause;

    /// <summary>What the segments take on the disk, reserved blocks included.</summary>
    public long DiskBytes
    {
        get
        {
            lock (gate)
            {
                return diskBytes;
            }
        }
    }

    public long MaxDiskBytes => options.MaxDiskBytes;

    internal int SegmentBytes => options.SegmentBytes;

    private long SegmentCost => SegmentHeader.Bytes + (long)options.SegmentBytes;

    /// <summary>As much of the bound as whole segments can fill.</summary>
    private long WholeSegments => options.MaxDiskBytes / SegmentCost * SegmentCost;

    /// <summary>Bytes within which a commit of the smallest allowance fits, whatever its one record is.</summary>
    private int SmallestRoom =>
        LogFrame.MarkBytes + LogFrame.Size(Math.Min(options.MaxRecordBytes, options.MaxPendingBytes / 2));

    /// <summary>Says that nobody needs what lies below the position any more. It goes when it is past its keeping.</summary>
    public void Release(long below)
    {
        lock (gate)
        {
            needed = Math.Max(needed, below);
        }
    }

    /// <summary>
    /// <see cref="Release"/>, and deletes at once what is past its keeping, in whole segments; true when there were any.
    /// </summary>
    public bool Truncate(long below)
    {
        Release(below);
        return Sweep();
    }

    private bool Sweep()
    {
        lock (sweeping)
        {
            Condemn();
            int gone = 0;
            while (Condemned() is { } segment)
            {
                disk.Delete(segment.Name);
                lock (gate)
                {
                    condemned.Dequeue();
                    diskBytes -= segment.DiskBytes;
                    Reconsider();
                }

                gone++;
                if (options.Durability == LogDurability.Fsync)
                {
                    // After each: a power cut must not bring back the older one of two without the younger one.
                    disk.SyncDirectory();
                }

                LogTruncated(1, segment.End);
            }

            return gone > 0;
        }
    }

    private LogSegment? Condemned()
    {
        lock (gate)
        {
            return condemned.TryPeek(out LogSegment? segment) ? segment : null;
        }
    }

    /// <summary>Takes out of the list what nobody needs and what is past its keeping, or has to go because of the bound.</summary>
    private void Condemn()
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            long kept = 0;
            for (int i = 0; i < segments.Count - 1 && segments[i].End <= needed; i++)
            {
                kept += segments[i].DiskBytes;
            }

            long data = DataBytes();
            long used = diskBytes - condemned.Sum(segment => segment.DiskBytes);
            while (segments.Count > 1 && segments[0].End <= needed)
            {
                // The next one was begun when the last record of this one was written.
                bool isOld = options.RetainFor == TimeSpan.Zero || now - segments[1].Created >= options.RetainFor;
                bool isBeyond = kept - segments[0].DiskBytes >= options.RetainBytes;
                bool isPressed = data > SoftLimit() || used + SegmentCost > options.MaxDiskBytes;
                if (!(isOld && isBeyond) && !isPressed)
                {
                    return;
                }

                kept -= segments[0].DiskBytes;
                data -= segments[0].DiskBytes;
                used -= segments[0].DiskBytes;
                condemned.Enqueue(segments[0]);
                segments.RemoveAt(0);
            }
        }
    }

    private double SoftLimit() => options.SlowFrom * WholeSegments;

    /// <summary>Without the blocks that the newest segment has reserved and not filled.</summary>
    private long DataBytes() => current is null || failed
        ? diskBytes
        : diskBytes - Math.Max(0, current.Base + options.SegmentBytes - active.Base);

    /// <summary>From 0 at the soft limit to 1 at the bound.</summary>
    private double Pressure()
    {
        double soft = SoftLimit();
        double range = WholeSegments - soft;
        return range <= 0 ? 0 : Math.Clamp((DataBytes() - soft) / range, 0, 1);
    }

    /// <summary>Segments that may still be made.</summary>
    private long FreeSegments() => Math.Max(0, (options.MaxDiskBytes - diskBytes) / SegmentCost);

    /// <summary>
    /// Bytes for a buffer that begins at a position: fewer under pressure, and never more than there is room for, so that at the bound
    /// what was taken is still committed and only what comes then is refused. 0 when there is no room for any record.
    /// </summary>
    private int Allowance(long position, long segmentEnd, long free)
    {
        double share = 1 - Pressure();
        int limit = Math.Max(LogFrame.MarkBytes, (int)(options.MaxPendingBytes * share));
        long room = segmentEnd - position;
        return free > 0 ? limit : room < SmallestRoom ? 0 : (int)Math.Min(limit, room);
    }

    /// <summary>For the buffer behind one that is about to be committed.</summary>
    private int AllowanceBehind(CommitBuffer batch)
    {
        (long end, long free) = SpaceBehind(batch);
        return Allowance(batch.End, end, free);
    }

    /// <summary>End of the segment, and segments that may still be made, when this buffer, which may begin one, is committed.</summary>
    private (long SegmentEnd, long Free) SpaceBehind(CommitBuffer? batch)
    {
        bool rolls = batch is not null && NeedsRoll(batch);
        return ((rolls ? batch!.Base : current!.Base) + options.SegmentBytes, FreeSegments() - (rolls ? 1 : 0));
    }

    /// <summary>Bytes that the active buffer may hold without failing its commit at the bound. Call under the lock.</summary>
    private long RoomForOne()
    {
        (long end, long free) = SpaceBehind(committing);
        return free > 0 ? options.MaxPendingBytes : end - active.Base;
    }

    /// <summary>Slows and unslows. Call under the lock after anything that changed the space.</summary>
    private void Reconsider()
    {
        double pressure = Pressure();
        slowPause = pressure * LongestSlowPause;
        if (!health.IsHealthy || health.IsSlowed == pressure > 0)
        {
            return;
        }

        if (pressure > 0)
        {
            string reason = FormattableString.Invariant(
                $"The log takes {DataBytes()} of its {options.MaxDiskBytes} bytes; sources are slowed until truncation makes room.");
            Volatile.Write(ref health, new LogHealth(true, reason, time.GetUtcNow()) { IsSlowed = true });
            LogSlowed(options.MaxDiskBytes);
        }
        else
        {
            Volatile.Write(ref health, new LogHealth(true, "", time.GetUtcNow()));
            LogHasRoom();
        }
    }

    /// <summary>Refuses from now on. The disk is well and what was taken is committed.</summary>
    private void RefuseForRoom()
    {
        string reason = LogDiskException.BoundReached(diskBytes, options.MaxDiskBytes).Message;
        Volatile.Write(ref health, new LogHealth(false, reason, time.GetUtcNow()) { Code = LogUnavailableException.Full });
        LogFull(reason);
    }

    private bool TryReopen()
    {
        Sweep();
        lock (gate)
        {
            int limit = Allowance(active.Base, current!.Base + options.SegmentBytes, FreeSegments());
            if (limit == 0)
            {
                return false;
            }

            active.Limit = limit;
            Volatile.Write(ref health, new LogHealth(true, "", time.GetUtcNow()));
            LogHasRoom();
            Reconsider();
        }

        return true;
    }

    /// <summary>
    /// What the passing of time asks for: retention by age, and the proof of the last commit made durable once the log is at rest. Also
    /// while
    /// the log is red: deleting may be what mends it.
    /// </summary>
    private void Housekeep()
    {
        long now = time.GetTimestamp();
        if (!rolled && time.GetElapsedTime(lastHousekeeping, now) < HousekeepingInterval)
        {
            return;
        }

        rolled = false;
        lastHousekeeping = now;
        SyncNote();
        try
        {
            Sweep();
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            LogSweepFailed(failure);
        }
    }

    private void MakeRoom()
    {
        if (FreeSegments() == 0)
        {
            Sweep();
        }

        if (FreeSegments() == 0)
        {
            throw LogDiskException.BoundReached(DiskBytes, options.MaxDiskBytes);
        }
    }

    /// <summary>
    /// Gives the old segment's reserved blocks back. A failure costs space and no record, so it is not a failure of the log.
    /// </summary>
    /// <remarks>
    /// A failed segment too, whose void tail goes with them: at the bound its reservation would be what is missing for the next one.
    /// </remarks>
    private void Trim(LogSegment? previous)
    {
        if (previous is null)
        {
            return;
        }

        long length = SegmentHeader.Bytes + (previous.End - previous.Base);
        try
        {
            if (previous.DiskBytes == length)
            {
                return;
            }

            file ??= disk.Open(previous.Name);
            file.SetLength(length);
            lock (gate)
            {
                diskBytes += length - previous.DiskBytes;
                previous.DiskBytes = length;
            }
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            LogTrimFailed(previous.Name, failure);
        }
        finally
        {
            file?.Dispose();
            file = null;
        }
    }
}
