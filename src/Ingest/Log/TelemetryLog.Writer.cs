namespace Millwright.Ingest.Log;

/// <summary>The writer: the only one that touches the newest segment.</summary>
public sealed partial class TelemetryLog
{
    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stopping = new();
    private readonly EndNote? note;
    private Thread? writer;
    private ITimer? clock;
    private ILogFile? file;
    private LogSegment? current;
    private long noted;
    private bool woken;

    /// <summary>
    /// Commits what is pending, or tries again when the disk failed or had no room. True when it did something that succeeded.
    /// </summary>
    internal bool Pump()
    {
        bool moved = Health.IsHealthy ? Commit() : TryRecover();
        Housekeep();
        return moved;
    }

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
        clock?.Dispose();
        while (!failed && Commit())
        {
        }

        Close();
        instruments.Unregister(this);
        file?.Dispose();
        note?.Dispose();
        stopping.Dispose();
        wake.Dispose();
    }

    private void StartWriter()
    {
        // Its own thread: it spends its life in blocking system calls, and a pool thread held there delays every acknowledgement.
        writer = new Thread(Run) { IsBackground = true, Name = "telemetry-log" };
        writer.Start();
        clock = time.CreateTimer(_ => Wake(), null, HousekeepingInterval, HousekeepingInterval);
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
                }
                else
                {
                    wake.Wait(stopping.Token);
                    WaitForCompany();
                    Commit();
                }

                Housekeep();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Closing: Dispose commits what is left.
        }
    }

    private void Wake()
    {
        lock (gate)
        {
            if (!closed)
            {
                WakeWriter();
            }
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

    /// <summary>
    /// Until the oldest pending record has waited for the interval, or the buffer is full. Under pressure a full buffer does not hurry:
    /// then the pause is what slows the sources.
    /// </summary>
    private void WaitForCompany()
    {
        TaskCompletionSource full;
        TimeSpan rest;
        lock (gate)
        {
            TimeSpan interval = slowPause > options.CommitInterval ? slowPause : options.CommitInterval;
            if (interval == TimeSpan.Zero || active.Records == 0)
            {
                return;
            }

            rest = interval - time.GetElapsedTime(active.FirstAppended);
            full = NewSignal();
            bufferFull = slowPause > TimeSpan.Zero ? null : full;
        }

        if (rest > TimeSpan.Zero)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            Task.WhenAny(full.Task, Task.Delay(rest, time, ended.Token)).GetAwaiter().GetResult();
            ended.Cancel();
            stopping.Token.ThrowIfCancellationRequested();
        }
    }

    private bool Commit()
    {
        CommitBuffer batch;
        lock (gate)
        {
            woken = false;
            bufferFull = null;
            if (active.Records == 0)
            {
                Reconsider();
                return false;
            }

            batch = active;
            active = spare;
            int allowance = AllowanceBehind(batch);
            active.Reset(batch.End, allowance);
            committing = batch;
            Interlocked.Exchange(ref roomMade, null)?.SetResult();
            if (allowance == 0)
            {
                RefuseForRoom();
            }

            Reconsider();
        }

        try
        {
            Store(batch);
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            Fail(batch, failure);
            return false;
        }

        Succeed(batch);
        return true;
    }

    private bool NeedsRoll(CommitBuffer batch) => batch.Base > current!.Base && batch.End - current.Base > options.SegmentBytes;

    private void Store(CommitBuffer batch)
    {
        if (NeedsRoll(batch))
        {
            Roll(batch.Base);
        }

        file!.Write(batch.Written, SegmentHeader.Bytes + (batch.Base - current!.Base));
        if (options.Durability == LogDurability.Fsync)
        {
            file.Sync();
            note!.Write(batch.End);
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

    /// <summary>Once the log is at rest the last commit's proof is synced too; while it is not, the next mark proves as much.</summary>
    private void SyncNote()
    {
        long end = DurableEnd;
        if (failed || end != noted)
        {
            noted = end;
            return;
        }

        try
        {
            note?.Sync();
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            Fail(null, failure);
        }
    }

    /// <summary>
    /// A last mark proves the last commit durable even to one who has only the segments; then the reserved blocks are given back.
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
            if (!failed)
            {
                Store(active);
                file!.SetLength(SegmentHeader.Bytes + (active.End - current!.Base));
                note?.Sync();
                LogClosed(active.End);
            }
        }
        catch (Exception failure) when (LogDiskException.IsDiskFailure(failure))
        {
            LogFailed(current!.Name, failure);
        }

        moved?.SetResult();
    }
}
