namespace Orleans.Runtime;

/// <content>Coming up and going down. Both run as turns, so neither overlaps with a call.</content>
internal sealed partial class Activation
{
    private readonly TaskCompletionSource deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Volatile: references look at it without the lock, to see that it is Gone.
    private volatile Status status = Status.New;
    private DeactivationReason? leaving;

    // UTC ticks: the collector reads what the grain's turn writes, and a DateTimeOffset can be read half-written.
    private long idleSince;
    private long keepUntil;

    private enum Status
    {
        New,
        Activating,
        Valid,
        Deactivating,
        Gone,
    }

    private enum Step
    {
        None,
        Activate,
        Deactivate,
    }

    public Task Deactivated => deactivated.Task;

    public bool IsGone => status == Status.Gone;

    private bool HasStep => status == Status.New || (status == Status.Valid && leaving is not null && running == abandoned);

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (sync)
        {
            if (leaving is not null || status is Status.Deactivating or Status.Gone)
            {
                return;
            }

            GoSlow();
            leaving = deactivationReason;
            if (timers is not null)
            {
                // In a turn, because what waits for a tick's token runs there too.
                continuations.Enqueue((static held => ((GrainTimers)held!).Dispose(), timers));
            }

            Summon();
        }
    }

    public void DelayDeactivation(TimeSpan by) =>
        Volatile.Write(ref keepUntil, by == TimeSpan.MaxValue ? long.MaxValue : (Silo.Time.GetUtcNow() + by).UtcTicks);

    /// <summary>One look of the collector: what was not used for the whole age goes.</summary>
    public void CollectIfIdle(DateTimeOffset now, TimeSpan age)
    {
        if (used)
        {
            // Use is noted as a flag, because a clock read per call would cost more than the call; so age counts from the look
            // that first saw the flag, and a grain lives up to one quantum longer, never shorter.
            used = false;
            Volatile.Write(ref idleSince, now.UtcTicks);
            return;
        }

        var idle = TimeSpan.FromTicks(now.UtcTicks - Volatile.Read(ref idleSince));
        if (idle >= age && Volatile.Read(ref keepUntil) <= now.UtcTicks && IsQuiet)
        {
            Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"Not used for {idle}."));
        }
    }

    private bool IsQuiet
    {
        get
        {
            lock (sync)
            {
                return status == Status.Valid && running == 0 && mailbox.Count == 0;
            }
        }
    }

    private Step NextStep()
    {
        if (!HasStep)
        {
            return Step.None;
        }

        if (status == Status.New)
        {
            status = Status.Activating;
            return Step.Activate;
        }

        status = Status.Deactivating;
        return Step.Deactivate;
    }

    private async Task Activate()
    {
        try
        {
            using var limit = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
            GrainInstance = Construct();
            if (facets is not null)
            {
                foreach (IStateFacet facet in facets)
                {
                    await facet.Load();
                }
            }

            await ((IGrainBase)GrainInstance).OnActivateAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            Silo.LogActivationFailed(exception, GrainId);
            await Discard();
            Vanish(exception);
            return;
        }

        lock (sync)
        {
            status = Status.Valid;
            idleSince = Silo.Time.GetUtcNow().UtcTicks;
        }

        Silo.Counters.Activated();
    }

    private object Construct()
    {
        Activation? outer = constructing;
        constructing = this;
        try
        {
            return GrainClass.Construct(this);
        }
        finally
        {
            constructing = outer;
        }
    }

    private async Task TakeDown()
    {
        timers?.Dispose();
        try
        {
            using var limit = new CancellationTokenSource(Silo.Collection.DeactivationTimeout, Silo.Time);
            // Bounded even if the grain ignores its token: the next activation waits for this one to be gone.
            await ((IGrainBase)GrainInstance!).OnDeactivateAsync(leaving!.Value, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception exception)
        {
            // The grain is going either way; its own last words failed.
            Silo.LogDeactivationFailed(exception, GrainId);
        }

        await Discard();
        Silo.Counters.Deactivated();
        Vanish(null);
    }

    private async Task Discard()
    {
        timers?.Dispose();
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                (GrainInstance as IDisposable)?.Dispose();
            }

            if (scope is { } services)
            {
                await services.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            Silo.LogDeactivationFailed(exception, GrainId);
        }
    }

    /// <summary>From here on the next activation may come up. Who waited goes there, or learns why this one did not come up.</summary>
    private void Vanish(Exception? failure)
    {
        var waiting = new List<Call>();
        lock (sync)
        {
            status = Status.Gone;
            while (mailbox.Take(static _ => true) is { } call)
            {
                waiting.Add(call);
            }
        }

        Silo.Activations.Remove(this);
        foreach (Call call in waiting)
        {
            if (failure is not null)
            {
                call.Fail(failure);
            }
            else if (call.Forwardable && !call.IsSettled)
            {
                Silo.Dispatch(call, GrainClass, null);
            }
        }

        deactivated.TrySetResult();
    }
}
