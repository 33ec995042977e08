using System.Collections.Concurrent;

namespace Millwright.Ingest.Feed;

/// <summary>Takes questions about single assets to the feeder's loop, which owns the answers.</summary>
public sealed class LagDesk
{
    /// <summary>Questions that wait; the one after them is refused.</summary>
    public const int MaxWaiting = 256;

    private readonly ConcurrentQueue<(string AssetId, TaskCompletionSource<AssetLag?> Answer)> questions = new();
    private int waiting;
    private volatile bool closed;

    internal Action? Wake { get; set; }

    /// <summary>Null when the feeder knows nothing of the asset: it has had no record since the start.</summary>
    public async ValueTask<AssetLag?> AskAsync(string assetId, CancellationToken cancellationToken)
    {
        if (closed || Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Refuse();
        }

        var answer = new TaskCompletionSource<AssetLag?>(TaskCreationOptions.RunContinuationsAsynchronously);
        questions.Enqueue((assetId, answer));
        if (closed)
        {
            // The loop may have ended between the two looks.
            Close();
        }

        Wake?.Invoke();
        return await answer.Task.WaitAsync(cancellationToken);
    }

    internal bool TryTake(out string assetId, out TaskCompletionSource<AssetLag?> answer)
    {
        bool found = questions.TryDequeue(out (string AssetId, TaskCompletionSource<AssetLag?> Answer) question);
        (assetId, answer) = question;
        if (found)
        {
            Interlocked.Decrement(ref waiting);
        }

        return found;
    }

    internal void Close()
    {
        closed = true;
        while (TryTake(out _, out TaskCompletionSource<AssetLag?> answer))
        {
            answer.TrySetException(new LagUnavailableException());
        }
    }

    private void Refuse()
    {
        if (!closed)
        {
            Interlocked.Decrement(ref waiting);
        }

        throw new LagUnavailableException();
    }
}
