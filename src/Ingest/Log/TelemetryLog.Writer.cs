namespace Millwright.Ingest.Log;

/// <summary>The writer: the only one that touches the newest segment.</summary>
public sealed partial class TelemetryLog
{
    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stopping = new();
    private Thread? writer;
    private ILogFile? file;
    private LogSegment? current;
    private bool woken;

    /// <summary>
    /// Commits what is pending, or tries a new segment when the last one failed. True when it did something that succeeded.
    /// </summary>
    internal bool Pump() => Health.IsHealthy ? Commit() : TryRecover();

    public void Dispose()
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            closed = true;
        }

        stopping.Cancel();
        writer?.Join();
        while (Health.IsHealthy && Commit())
        {
        }

        Close();
        instruments.Unregister(this);
        file?.Dispose();
        stopping.Dispose();
        wake.Dispose();
    }

    private void StartWriter()
    {
        // Its own thread: it spends its life in blocking system calls, and a pool thread held there delays every acknowledgement.
        writer = new Thread(Run) { IsBackground = true, Name = "telemetry-log" };
        writer.Start();
    }

    private void Run()
    {
        TimeSpan pause = options.RetryPause;
        try
        {
            while (true)
            {
                if (!Health.IsHealthy)
                {
                    Task.Delay(pause, time, stopping.Token).GetAwaiter().GetResult();
                    pause = TryRecover() ? options.RetryPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.MaxRetryPause.Ticks));
                    continue;
                }

                wake.Wait(stopping.Token);
                if (options.CommitInterval > TimeSpan.Zero)
                {
                    Task.Delay(options.CommitInterval, time, stopping.Token).GetAwaiter().GetResult();
                }

                Commit();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Closing: Dispose commits what is left.
        }
    }

    private void WakeWriter()
    {
        if (!woken && writer is not null)
        {
            woken = true;
            wake.Release();
        }
    }

    private bool Commit()
    {
        CommitBuffer batch;
        lock (gate)
        {
            woken = false;
            if (active.Records == 0)
            {
                return false;
            }

            batch = active;
            active = spare;
            active.Reset(batch.End);
            committing = batch;
            Interlocked.Exchange(ref roomMade, null)?.SetResult();
        }

        try
        {
            Store(batch);
        }
        catch (Exception failure) when (failure is IOException or LogDiskException or UnauthorizedAccessException)
        {
            Fail(batch, failure);
            return false;
        }

        Succeed(batch);
        return true;
    }

    private void Store(CommitBuffer batch)
    {
        LogSegment segment = current!;
        long used = segment.End - segment.Base;
        if (used > 0 && used + batch.Length > options.SegmentBytes)
        {
            file!.SetLength(SegmentHeader.Bytes + used);
            Roll(batch.Base, batch.Base);
            segment = current!;
        }

        file!.Write(batch.Written, SegmentHeader.Bytes + (batch.Base - segment.Base));
        if (options.Durability == LogDurability.Fsync)
        {
            file.Sync();
        }
    }

    private void Succeed(CommitBuffer batch)
    {
        TaskCompletionSource? done;
        TaskCompletionSource? moved;
        lock (gate)
        {
            current!.Mark(batch.Base);
            current.End = batch.End;
            durable = batch.End;
            committing = null;
            done = batch.TakeCompletion();
            moved = Interlocked.Exchange(ref durableMoved, null);
            spare = batch;
        }

        instruments.Committed(batch.Records, batch.Length, time.GetElapsedTime(batch.FirstAppended));
        done?.SetResult();
        moved?.SetResult();
    }

    /// <summary>
    /// Everything that is not durable is void. The kernel may report a failed sync once and then forget it, so the file is not used again.
    /// </summary>
    private void Fail(CommitBuffer batch, Exception failure)
    {
        TaskCompletionSource?[] waiting;
        lock (gate)
        {
            voidRanges.Enqueue((durable, active.End));
            if (voidRanges.Count > MaxVoidRanges)
            {
                voidRanges.Dequeue();
            }

            Volatile.Write(ref health, new LogHealth(false, failure.Message, time.GetUtcNow()));
            waiting = [batch.TakeCompletion(), active.TakeCompletion(), Interlocked.Exchange(ref roomMade, null)];
            long end = active.End;
            committing = null;
            spare = batch;
            active.Reset(end);
        }

        instruments.Failures.Add(1);
        LogFailed(current!.Name, failure);
        var refusal = new LogUnavailableException(failure.Message, failure);
        foreach (TaskCompletionSource? wait in waiting)
        {
            wait?.SetException(refusal);
        }
    }

    private bool TryRecover()
    {
        long next;
        lock (gate)
        {
            // The reset buffer's mark was never written; its position is given up with the rest.
            next = active.End;
        }

        try
        {
            Roll(next, current!.End);
        }
        catch (Exception failure) when (failure is IOException or LogDiskException or UnauthorizedAccessException)
        {
            LogStillFailing(failure);
            return false;
        }

        lock (gate)
        {
            durable = next;
            active.Reset(next);
            Volatile.Write(ref health, new LogHealth(true, "", time.GetUtcNow()));
        }

        LogRecovered(current!.Name);
        return true;
    }

    /// <summary>Begins a segment. Its header is durable before any record, and says how much of the one before it counts.</summary>
    private void Roll(long first, long previousEnd)
    {
        string name = SegmentHeader.NameOf(first);
        LogSegment? previous = current;

        file?.Dispose();
        file = null;
        ILogFile next = disk.Create(name, SegmentHeader.Bytes + options.SegmentBytes);
        try
        {
            next.Write(new SegmentHeader(LogId, first, previous?.Base ?? -1, previousEnd).Encode(), 0);
            if (options.Durability == LogDurability.Fsync)
            {
                next.Sync();
                disk.SyncDirectory();
            }
        }
        catch
        {
            next.Dispose();
            throw;
        }

        file = next;
        current = new LogSegment(name, first);
        lock (gate)
        {
            segments.Add(current);
        }
    }

    /// <summary>
    /// A last mark proves the last commit durable, so that damage to it is found at the next start and not taken for a torn tail.
    /// </summary>
    private void Close()
    {
        TaskCompletionSource? moved;
        lock (gate)
        {
            moved = Interlocked.Exchange(ref durableMoved, null);
        }

        try
        {
            if (Health.IsHealthy && file is not null)
            {
                Store(active);
                file.SetLength(SegmentHeader.Bytes + (active.End - current!.Base));
                LogClosed(active.End);
            }
        }
        catch (Exception failure) when (failure is IOException or LogDiskException or UnauthorizedAccessException)
        {
            LogFailed(current!.Name, failure);
        }

        moved?.SetResult();
    }
}
