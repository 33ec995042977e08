namespace Millwright.Ingest.Log;

/// <summary>Beginning a segment: at the start, when one is full, and when the disk is back.</summary>
public sealed partial class TelemetryLog
{
    /// <summary>The disk failed, and no segment is open.</summary>
    private bool failed;

    /// <summary>What was found at the start is not yet made durable, so records behind the proven end are not served.</summary>
    private bool unsettled = true;

    /// <summary>
    /// A segment that was begun and failed before it counted. Left beside its successor it would look like a hole in the chain.
    /// </summary>
    private string? stillborn;

    /// <summary>
    /// A log that can be read starts, even if its disk takes no writes: then it is red and tries again like after any failure.
    /// </summary>
    private void Begin(LogRecovery found)
    {
        Adopt(found, found.ProvenEnd);
        try
        {
            found.Settle(options.Durability);
            Adopt(found, found.End);
            unsettled = false;
            Roll(found.End);
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            failed = true;
            health = Sick(failure, time.GetUtcNow());
            LogOpenedSick(failure);
            return;
        }

        lock (gate)
        {
            Resume(found.End);
        }

        if (CutBytes > 0)
        {
            LogTailCut(CutBytes, found.Segments[^1].Name);
        }

        LogOpened(LogId, segments.Count, durable);
    }

    private void Adopt(LogRecovery found, long end)
    {
        lock (gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            segments.Clear();
            segments.AddRange(found.Segments.Where(segment => condemned.All(gone => gone.Name != segment.Name)));
            foreach (LogSegment segment in segments)
            {
                // A version that did not write it: better kept too long than too short.
                segment.Created ??= now;
            }

            current = segments.Count == 0 ? null : segments[^1];
            if (current is not null)
            {
                current.End = end;
            }

            diskBytes = condemned.Sum(segment => segment.DiskBytes) + segments.Sum(segment => segment.DiskBytes);
            durable = end;
            active.Reset(found.End, 0);
        }
    }

    /// <summary>Takes records from this position on. Call under the lock.</summary>
    private void Resume(long first)
    {
        failed = false;
        durable = first;
        active.Reset(first, 0);
        active.Limit = Allowance(first, first + options.SegmentBytes, FreeSegments());
        Volatile.Write(ref health, new LogHealth(true, "", time.GetUtcNow()));
        Reconsider();
    }

    private static LogHealth Sick(Exception failure, DateTimeOffset since) => new(false, failure.Message, since)
    {
        Code = LogDiskException.IsFull(failure) ? LogUnavailableException.Full : LogUnavailableException.Disk,
    };

    /// <summary>
    /// Everything that is not durable is void. The kernel may report a failed sync once and then forget it, so the file is not used again.
    /// </summary>
    private void Fail(CommitBuffer? batch, Exception failure)
    {
        TaskCompletionSource?[] waiting;
        LogHealth sick = Sick(failure, time.GetUtcNow());
        lock (gate)
        {
            failed = true;
            if (voidRanges.Count > 0 && voidRanges[^1].To == durable)
            {
                voidRanges[^1] = (voidRanges[^1].From, active.End);
            }
            else
            {
                voidRanges.Add((durable, active.End));
            }

            Volatile.Write(ref health, sick);
            waiting = [batch?.TakeCompletion(), active.TakeCompletion(), Interlocked.Exchange(ref roomMade, null)];
            long end = active.End;
            committing = null;
            spare = batch ?? spare;
            active.Reset(end, 0);
        }

        file?.Dispose();
        file = null;
        note?.Dispose();
        instruments.Failures.Add(1);
        LogFailed(current!.Name, failure);
        var refusal = new LogUnavailableException(sick.Code, failure.Message, options.MaxRetryPause, failure);
        foreach (TaskCompletionSource? wait in waiting)
        {
            wait?.SetException(refusal);
        }
    }

    private bool TryRecover()
    {
        try
        {
            if (!failed)
            {
                return TryReopen();
            }

            Discard();
            if (unsettled || segments.Count == 0)
            {
                SettleAgain();
            }

            Roll(active.Base);
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure) || failure is LogException)
        {
            Volatile.Write(ref health, Sick(failure, Health.Since));
            LogStillFailing(failure);
            return false;
        }

        lock (gate)
        {
            // The reset buffer's mark was never written, so the position is free.
            Resume(active.Base);
        }

        LogRecovered(current!.Name);
        return true;
    }

    private void SettleAgain()
    {
        lock (sweeping)
        {
            LogRecovery found = LogRecovery.Scan(disk);
            if (found.LogId is { } id && id != LogId)
            {
                throw new LogDiskException($"the directory now holds log {id}, and this silo began {LogId}; restart it.", 0);
            }

            if (found.End < DurableEnd)
            {
                throw new LogDiskException(
                    $"the directory now holds the log to position {found.End} only, and it was durable to {DurableEnd}.", 0);
            }

            found.Settle(options.Durability);
            Adopt(found, found.End);
            unsettled = false;
        }
    }

    /// <summary>
    /// Goes on in the last segment when nothing was ever written to it, and begins a new one otherwise. An empty one is never made anew:
    /// it may be the only one that holds the log's id and position, and between emptying a file and writing its header all can fail.
    /// </summary>
    private void Roll(long first)
    {
        LogSegment? last = LastSegment();
        LogSegment next = last is not null && last.Base == first ? Continue(last) : Make(first, last);
        rolled = true;
        lock (gate)
        {
            next.DiskBytes = SegmentCost;
            diskBytes += SegmentCost;
            current = next;
            if (next != last)
            {
                segments.Add(next);
            }
        }
    }

    /// <summary>Its header is durable since the recovery.</summary>
    private LogSegment Continue(LogSegment empty)
    {
        lock (gate)
        {
            // What it takes is part of the room that is asked for now.
            diskBytes -= empty.DiskBytes;
            empty.DiskBytes = 0;
        }

        MakeRoom();
        ILogFile next = disk.Open(empty.Name);
        Prepare(next, () => next.Reserve(SegmentCost));
        file = next;
        return empty;
    }

    /// <summary>The header is durable before any record, and says how much of the segment before it counts.</summary>
    private LogSegment Make(long first, LogSegment? previous)
    {
        string name = SegmentHeader.NameOf(first);
        DateTimeOffset now = time.GetUtcNow();
        MakeRoom();
        stillborn = name;
        var header = new SegmentHeader(LogId, first, previous?.Base ?? -1, previous?.End ?? first) { Created = now };
        ILogFile next = disk.Create(name, SegmentCost);
        Prepare(next, () => next.Write(header.Encode(), 0));
        stillborn = null;
        Trim(previous);
        file = next;
        return new LogSegment(name, first, now);
    }

    private void Prepare(ILogFile next, Action change)
    {
        try
        {
            change();
            if (options.Durability == LogDurability.Fsync)
            {
                next.Sync();
                note!.Open(LogId);
                disk.SyncDirectory();
            }
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    private LogSegment? LastSegment()
    {
        lock (gate)
        {
            return segments.Count == 0 ? null : segments[^1];
        }
    }

    private void Discard()
    {
        if (stillborn is { } name && disk.List().Contains(name))
        {
            disk.Delete(name);
            if (options.Durability == LogDurability.Fsync)
            {
                disk.SyncDirectory();
            }
        }

        stillborn = null;
    }
}
