using System.Threading.Channels;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Takes what is queued and commits it together, so that a busy store makes few and large transactions and an idle one answers at once.
/// </summary>
internal sealed class GroupCommit<TWrite, TResult> : IDisposable
    where TWrite : PendingWrite<TResult>
{
    private const long MaxBytes = 16L << 20;

    private readonly Channel<TWrite> queue;
    private readonly int maxCommit;
    private readonly Func<List<TWrite>, Task> commit;
    private readonly Task[] workers;

    /// <param name="workers">Transactions at a time.</param>
    /// <param name="options">Bounds of queue and transaction.</param>
    /// <param name="commit">Settles every write of the group; what it throws fails those that are not settled.</param>
    public GroupCommit(int workers, PostgresOptions options, Func<List<TWrite>, Task> commit)
    {
        maxCommit = options.MaxCommit;
        this.commit = commit;
        queue = Channel.CreateBounded<TWrite>(options.MaxQueuedWrites);
        this.workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(RunAsync))];
    }

    public async ValueTask<TResult> WriteAsync(TWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreException("store.unavailable", "The store is closed.", closed);
        }

        // Once queued it will be written: a caller that gave up must not believe the opposite.
        return await write.Task;
    }

    public void Dispose()
    {
        queue.Writer.TryComplete();
        Task.WaitAll(workers);
    }

    private async Task RunAsync()
    {
        List<TWrite> group = [];
        while (await queue.Reader.WaitToReadAsync())
        {
            long bytes = 0;
            while (group.Count < maxCommit && bytes < MaxBytes && queue.Reader.TryRead(out TWrite? write))
            {
                group.Add(write);
                bytes += write.Bytes;
            }

            try
            {
                if (group.Count > 0)
                {
                    await commit(group);
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                group.ForEach(write => write.Fail(PostgresFaults.ToStore(failure)));
            }

            foreach (TWrite write in group.Where(write => !write.IsSettled))
            {
                write.Fail(new StoreException("store.unavailable", "The write was not answered."));
            }

            group.Clear();
        }
    }
}
