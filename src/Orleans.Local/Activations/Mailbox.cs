namespace Orleans.Runtime;

/// <summary>The calls that wait for their turn, in order of arrival. The owner's lock guards it.</summary>
internal sealed class Mailbox
{
    private Call? first;
    private Call? last;

    public int Count { get; private set; }

    /// <summary>How many of them might start beside a running call.</summary>
    public int Interleavable { get; private set; }

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
        Count++;
        Interleavable += call.Interleaving == Interleaving.Never ? 0 : 1;
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
        Count--;
        Interleavable -= call.Interleaving == Interleaving.Never ? 0 : 1;
    }
}
