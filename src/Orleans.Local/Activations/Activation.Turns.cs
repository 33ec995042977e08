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

    private int gate = Slow;

    // A thread is in a turn, or is on its way to one.
    private bool inside;

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
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(Turns);
        for (int turn = 0; turn < TurnsPerVisit; turn++)
        {
            if (!TakeTurn())
            {
                SynchronizationContext.SetSynchronizationContext(outer);
                return;
            }
        }

        SynchronizationContext.SetSynchronizationContext(outer);
        Silo.TurnPool.Queue(this, preferLocal: false);
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
            Silo.TurnPool.Queue(this, preferLocal: true);
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

    private void LeaveTurn()
    {
        lock (sync)
        {
            if (continuations.Count > 0 || MayAdmit || HasStep)
            {
                Silo.TurnPool.Queue(this, preferLocal: true);
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
