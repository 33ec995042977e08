using Millwright.Ingest.Mqtt;

namespace Millwright.Bench;

/// <summary>Takes everything; with an interval it commits like a log with group commit, whose sync takes that long.</summary>
internal sealed class CommitInlet : IMqttInlet, IDisposable
{
    private readonly Lock gate = new();
    private readonly ITimer? timer;
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long position;
    private long durable;

    public CommitInlet(TimeSpan interval)
    {
        timer = interval > TimeSpan.Zero ? TimeProvider.System.CreateTimer(_ => Commit(), null, interval, interval) : null;
    }

    public InletResult Publish(in InboundPublish publish)
        => InletResult.Accepted(timer is null ? 0 : Interlocked.Increment(ref position));

    public async ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task task;
            lock (gate)
            {
                if (durable >= position)
                {
                    return;
                }

                task = next.Task;
            }

            await task.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => timer?.Dispose();

    private void Commit()
    {
        TaskCompletionSource done;
        lock (gate)
        {
            durable = Interlocked.Read(ref position);
            done = next;
            next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        done.SetResult();
    }
}
