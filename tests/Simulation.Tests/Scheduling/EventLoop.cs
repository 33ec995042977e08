using Orleans.Runtime;

namespace Millwright.Simulation.Tests.Scheduling;

/// <summary>
/// The one thread of a simulated process. All continuations come here; which of the ready ones runs next is drawn from the seed, as a
/// thread pool might have it, but the same each time.
/// </summary>
internal sealed class EventLoop(Random random, Mortality life) : SynchronizationContext
{
    /// <summary>More steps than this without coming to rest is an endless loop.</summary>
    private const int MaxSteps = 1_000_000;

    private readonly List<(SendOrPostCallback Callback, object? State)> ready = [];
    private readonly int thread = Environment.CurrentManagedThreadId;

    public long Steps { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException("Something has left the simulation's thread.");
        }

        if (!life.IsDead)
        {
            ready.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what is ready, and what that makes ready.</summary>
    public void Drain()
    {
        long limit = Steps + MaxSteps;
        while (ready.Count > 0)
        {
            life.Check();
            int index = ready.Count == 1 ? 0 : random.Next(Math.Min(ready.Count, 4));
            (SendOrPostCallback callback, object? state) = ready[index];
            ready.RemoveAt(index);
            if (++Steps > limit)
            {
                throw new InvalidOperationException("The process never comes to rest.");
            }

            callback(state);
        }
    }
}

/// <summary>Gives activations their turns in the event loop.</summary>
internal sealed class LoopTurns(EventLoop loop) : TurnPool
{
    public override bool IsOneThread => true;

    public override void Queue(IThreadPoolWorkItem activation, bool preferLocal) =>
        loop.Post(static item => ((IThreadPoolWorkItem)item!).Execute(), activation);
}
