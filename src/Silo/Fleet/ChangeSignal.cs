namespace Millwright.Silo.Fleet;

/// <summary>
/// Tells any number of waiters that something changed, and nothing more. What changed they read themselves, so a slow subscriber has
/// no queue that could grow: it merely finds more changes when it comes back.
/// </summary>
public sealed class ChangeSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiter;
    private long version;

    public long Version => Interlocked.Read(ref version);

    public void Pulse()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            version++;
            waiting = waiter;
            waiter = null;
        }

        waiting?.TrySetResult();
    }

    /// <summary>
    /// Completes at once when the signal has moved past <paramref name="seen"/>: read the version before reading the data.
    /// </summary>
    public Task WaitAsync(long seen)
    {
        lock (gate)
        {
            if (version != seen)
            {
                return Task.CompletedTask;
            }

            waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiter.Task;
        }
    }
}
