namespace Orleans.Runtime;

/// <content>
/// Turns. The gate is Free when nothing happens here at all; then a caller takes it by one compare-and-swap, runs the method on its own
/// thread and gives it back by another. Whatever does not fit (a call that awaits, a second caller, a timer, deactivation) makes
/// the gate Slow, and from then on the lock decides, until the activation is quiet again.
/// </content>
internal sealed partial class Activation : IThreadPoolWorkItem
{
    private const int Free = 0;
    private const int Inline = 1;
    private const int Slow = 2;

    // A busy grain gives its thread back after so many turns, so that many busy grains share few threads fairly.
    private const int TurnsPerVisit = 64;

    private readonly Lock sync = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> continuations = new();
    private readonly Mailbox mailbox = new();
    private readonly Func<Call, bool> admits;

    private int gate = Slow;

    // A thread is in a turn, or is on its way to one.
    private bool inside;

    // Calls under way; those among them that exclude others; those among these that are read-only.
    private int running;
    private int blocking;
    private int readers;

    // Calls under way whose callers have given up: the grain need not stay for them.
    private int abandoned;

    private bool used = true;

    /// <summary>Takes the turn if nothing at all goes on. Whoever got true must call <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.CompareExchange(ref gate, Inline, Free) != Free)
        {
            return false;
        }

        if (!used)
        {
            used = true;
        }

        return true;
    }

    public void Exit()
    {
        if (Interlocked.CompareExchange(ref gate, Free, Inline) != Inline)
        {
            LeaveTurn();
        }
    }

    /// <summary>The call that runs inline did not complete: it stays under way when its turn ends.</summary>
    public void Suspended(Call call)
    {
        lock (sync)
        {
            GoSlow();
            Admit(call);
        }
    }

    /// <summary>The call's caller has its answer, a timeout or a cancellation, while the call still runs.</summary>
    public void Abandon(Call call)
    {
        lock (sync)
        {
            if (ReferenceEquals(call.RunsOn, this) && !call.Abandoned)
            {
                call.Abandoned = true;
                abandoned++;
                Summon();
            }
        }
    }

    public void Completed(Call call, Exception? failure)
    {
        lock (sync)
        {
            Count(call, -1);
            call.RunsOn = null;
            abandoned -= call.Abandoned ? 1 : 0;
        }

        if (failure is Storage.InconsistentStateException { IsSourceActivation: true } conflict)
        {
            // Memory disagrees with storage, so it is not trusted further; and only the grain that wrote is dropped, not its callers.
            conflict.IsSourceActivation = false;
            Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, conflict, "The stored state is not the one this activation read."));
        }
    }

    /// <returns>False when this activation is gone: the call belongs to the next one.</returns>
    public bool Enqueue(Call call, int limit = 0)
    {
        lock (sync)
        {
            if (status == Status.Gone)
            {
                return false;
            }

            if (limit == 0 || mailbox.Count < limit)
            {
                used |= call.CountsAsUse;
                GoSlow();
                mailbox.Add(call);
                Summon();
                return true;
            }
        }

        call.Fail(new LimitExceededException("MaxEnqueuedRequestsHardLimit", limit, limit, GrainId));
        return true;
    }

    /// <summary>Runs a call of the runtime's own on this thread if the grain is quiet, else lets it wait.</summary>
    public bool Submit(Call call)
    {
        if (Interlocked.CompareExchange(ref gate, Inline, Free) != Free)
        {
            return Enqueue(call);
        }

        used |= call.CountsAsUse;
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(Turns);
        Suspended(call);
        call.Start(this);
        SynchronizationContext.SetSynchronizationContext(outer);
        Exit();
        return true;
    }

    public void Post(SendOrPostCallback callback, object? state)
    {
        lock (sync)
        {
            GoSlow();
            continuations.Enqueue((callback, state));
            Summon();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        SynchronizationContext.SetSynchronizationContext(Turns);
        for (int turn = 0; turn < TurnsPerVisit; turn++)
        {
            if (!TakeTurn())
            {
                SynchronizationContext.SetSynchronizationContext(null);
                return;
            }
        }

        SynchronizationContext.SetSynchronizationContext(null);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Called under the lock: from here on the lock decides.</summary>
    private void GoSlow()
    {
        if (Interlocked.Exchange(ref gate, Slow) == Inline)
        {
            inside = true;
        }
    }

    private void Summon()
    {
        if (!inside)
        {
            inside = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    private bool TakeTurn()
    {
        (SendOrPostCallback Callback, object? State) continuation;
        Call? call = null;
        Step step = Step.None;
        lock (sync)
        {
            if (!continuations.TryDequeue(out continuation) && (step = NextStep()) == Step.None && (call = NextCall()) is null)
            {
                Leave();
                return false;
            }
        }

        try
        {
            Run(continuation, step, call);
        }
        catch (Exception exception)
        {
            // An async void method, or a continuation nobody awaits: there is no caller to tell.
            Silo.LogTurnFailed(exception, GrainId);
        }

        return true;
    }

    private void Run((SendOrPostCallback Callback, object? State) continuation, Step step, Call? call)
    {
        if (continuation.Callback is { } callback)
        {
            callback(continuation.State);
        }
        else if (call is not null)
        {
            call.Start(this);
        }
        else
        {
            _ = step == Step.Activate ? Activate() : TakeDown();
        }
    }

    private Call? NextCall()
    {
        while (MayAdmit && mailbox.Take(admits) is { } call)
        {
            if (!call.IsSettled)
            {
                Admit(call);
                return call;
            }
        }

        return null;
    }

    private void Admit(Call call)
    {
        Count(call, 1);
        call.RunsOn = this;

        // Settled just now by another thread, which may not have seen that it runs here: the fence makes one of the two see the other.
        Interlocked.MemoryBarrier();
        if (call.IsSettled && !call.Abandoned)
        {
            call.Abandoned = true;
            abandoned++;
        }
    }

    private bool MayAdmit => status == Status.Valid && mailbox.Count > 0 && (running == 0 || mailbox.Interleavable > 0 || blocking == 0);

    private bool Admits(Call call) => call.Interleaving switch
    {
        Interleaving.Always => true,
        Interleaving.ReadOnly => blocking == readers,
        _ => blocking == 0,
    };

    private void Count(Call call, int change)
    {
        running += change;
        if (call.Interleaving != Interleaving.Always)
        {
            blocking += change;
            readers += call.Interleaving == Interleaving.ReadOnly ? change : 0;
        }
    }

    private void LeaveTurn()
    {
        lock (sync)
        {
            if (continuations.Count > 0 || MayAdmit || HasStep)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
                return;
            }

            Leave();
        }
    }

    private void Leave()
    {
        inside = false;
        if (running == 0 && mailbox.Count == 0 && status == Status.Valid && leaving is null)
        {
            Volatile.Write(ref gate, Free);
        }
    }
}
