using System.Text;
using System.Threading.Channels;
using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>An inlet whose answers, commits and failures a test decides.</summary>
internal sealed class RecordingInlet : IMqttInlet
{
    private readonly Lock gate = new();
    private readonly Channel<string> published = Channel.CreateUnbounded<string>();
    private readonly List<(long Position, TaskCompletionSource Done)> waiting = [];
    private readonly List<(long First, long Last)> voids = [];
    private long position;
    private long durable = long.MaxValue;
    private Exception? failure;

    /// <summary>Decides per topic; null: accepted.</summary>
    public Func<string, MqttReason>? Judge { get; set; }

    public long Published => Interlocked.Read(ref position);

    /// <summary>"topic=payload" of every message, in order.</summary>
    public async Task<string> NextAsync()
    {
        using var bound = new CancellationTokenSource(RawClient.Bound);
        return await published.Reader.ReadAsync(bound.Token);
    }

    public bool TryNext(out string? message) => published.Reader.TryRead(out message);

    /// <summary>From now on nothing is durable until <see cref="Commit"/>.</summary>
    public void HoldCommits() => durable = 0;

    public void Commit() => Commit(Published);

    public void Commit(long upTo)
    {
        List<TaskCompletionSource> done = [];
        lock (gate)
        {
            durable = upTo;
            done.AddRange(waiting.Where(w => w.Position <= upTo).Select(w => w.Done));
            waiting.RemoveAll(w => w.Position <= upTo);
        }

        done.ForEach(d => d.SetResult());
    }

    /// <summary>Fails everything that waits or will wait; null heals.</summary>
    public void Fail(Exception? with)
    {
        List<TaskCompletionSource> failed = [];
        lock (gate)
        {
            failure = with;
            failed.AddRange(with is null ? [] : waiting.Select(w => w.Done));
            waiting.Clear();
        }

        failed.ForEach(d => d.SetException(with!));
    }

    /// <summary>What was published since the last commit will never be durable; what comes then may be.</summary>
    public void FailCommit()
    {
        List<TaskCompletionSource> failed = [];
        lock (gate)
        {
            voids.Add((durable + 1, Published));
            failed.AddRange(waiting.Select(w => w.Done));
            waiting.Clear();
        }

        failed.ForEach(d => d.SetException(new InletUnavailableException()));
    }

    public InletResult Publish(in InboundPublish publish)
    {
        string topic = Encoding.UTF8.GetString(publish.Topic);
        if (publish.IsWill && failure is { } broken and not InletUnavailableException)
        {
            throw broken;
        }

        MqttReason reason = Judge?.Invoke(topic) ?? MqttReason.Success;
        if (reason >= MqttReason.UnspecifiedError)
        {
            return InletResult.Refused(reason);
        }

        string will = publish.IsWill ? "will " : "";
        published.Writer.TryWrite($"{will}{topic}={Encoding.UTF8.GetString(publish.Payload)}");
        return new InletResult(Interlocked.Increment(ref position), reason);
    }

    public bool? IsDurable(long position)
    {
        lock (gate)
        {
            return IsVoid(position, position) ? false : position <= durable ? true : null;
        }
    }

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken)
        => WaitDurableAsync(position, position, cancellationToken);

    public ValueTask WaitDurableAsync(long first, long position, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (failure is not null)
            {
                return ValueTask.FromException(failure);
            }

            if (IsVoid(first, position))
            {
                return ValueTask.FromException(new InletUnavailableException());
            }

            if (position <= durable)
            {
                return ValueTask.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((position, done));
            return new ValueTask(done.Task.WaitAsync(cancellationToken));
        }
    }

    private bool IsVoid(long first, long last) => voids.Exists(v => v.First <= last && v.Last >= first);
}
