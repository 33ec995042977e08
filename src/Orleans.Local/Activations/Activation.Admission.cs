namespace Orleans.Runtime;

/// <content>
/// Admission: which calls may be under way together. A call is under way from its first turn to the end of its task, awaits included; the
/// others wait in the mailbox.
/// </content>
internal sealed partial class Activation
{
    private readonly Mailbox mailbox = new();
    private readonly Func<Call, bool> admits;

    // Calls under way; those among them that exclude others; those among these that are read-only.
    private int running;
    private int blocking;
    private int readers;

    // Calls under way whose callers have given up: the grain need not stay for them.
    private int abandoned;

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
            Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, conflict, "The stored state is not the one this activation read."));
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
                if (status == Status.New || MayAdmit)
                {
                    Summon();
                }

                return true;
            }
        }

        call.Fail(new LimitExceededException("MaxEnqueuedRequestsHardLimit", limit, limit, GrainId));
        return true;
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

    // An activation that is leaving takes nothing more: calls that come without pause would keep it for ever.
    private bool MayAdmit => status == Status.Valid && leaving is null && mailbox.Count > 0
        && (blocking == 0 || mailbox.Always > 0 || (mailbox.ReadOnly > 0 && blocking == readers));

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
}
