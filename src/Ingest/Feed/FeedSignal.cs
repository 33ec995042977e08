namespace Millwright.Ingest.Feed;

/// <summary>Wakes the feeder once, however many have called. An early call is not lost.</summary>
internal sealed class FeedSignal : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(0, 1);
    private int isSet;

    public void Set()
    {
        if (Interlocked.Exchange(ref isSet, 1) == 0)
        {
            semaphore.Release();
        }
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await semaphore.WaitAsync(cancellationToken);
        Volatile.Write(ref isSet, 0);
    }

    public void Dispose() => semaphore.Dispose();
}
