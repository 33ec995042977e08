namespace Orleans.Runtime;

/// <summary>The calls that wait for their turn, in order of arrival. The owner's lock guards it.</summary>
internal sealed class Mailbox
{
    private Call? first;
    private Call? last;

    public int Count { get; private set; }

    /// <summary>How many of them may start beside any running call.</summary>
    public int Always { get; private set; }

    /// <summary>How many of them may start beside read-only calls.</summary>
    public int ReadOnly { get; private set; }

    public void Add(Call call)
    {
        if (last is null)
        {
            first = call;
        }
        else
        {
            last.NextWaiting = call;
        }

        last = call;
        Tally(call, 1);
    }

    /// <summary>
    /// Takes the first call that may run now. While a call runs, only what can interleave is looked at, and it may overtake:
    /// Orleans promises no order between calls that interleave and calls that do not.
    /// </summary>
    public Call? Take(Func<Call, bool> admits)
    {
        Call? before = null;
        for (Call? call = first; call is not null; call = call.NextWaiting)
        {
            if (call.IsSettled || admits(call))
            {
                Unlink(before, call);
                return call;
            }

            before = call;
        }

        return null;
    }

    private void Unlink(Call? before, Call call)
    {
        if (before is null)
        {
            first = call.NextWaiting;
        }
        else
        {
            before.NextWaiting = call.NextWaiting;
        }

        if (ReferenceEquals(last, call))
        {
            last = before;
        }

        call.NextWaiting = null;
        Tally(call, -1);
    }

    private void Tally(Call call, int change)
    {
        Count += change;
        Always += call.Interleaving == Interleaving.Always ? change : 0;
        ReadOnly += call.Interleaving == Interleaving.ReadOnly ? change : 0;
    }
}
