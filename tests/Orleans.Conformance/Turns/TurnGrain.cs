using Orleans;
using Orleans.Concurrency;

namespace Millwright.Orleans.Conformance.Turns;

public sealed class TurnGrain(Stage stage) : Grain, ITurnGrain
{
    private readonly int instance = stage.NextInstance();
    private int inside;
    private int counted;

    public ValueTask<int> InstanceAsync() => ValueTask.FromResult(instance);

    public async Task CountAsync()
    {
        Enter();
        int before = counted;
        await Task.Yield();
        await Task.Run(static () => { });
        counted = before + 1;
        Leave();
    }

    public ValueTask<int> CountedAsync() => ValueTask.FromResult(counted);

    public async Task HoldAsync(string reached, string until)
    {
        stage.Note($"{reached} begins");
        stage.Open(reached);
        await stage.Reached(until);
        stage.Note($"{reached} ends");
    }

    public Task HoldReadOnlyAsync(string reached, string until) => HoldAsync(reached, until);

    public Task NoteAsync(string what)
    {
        stage.Note(what);
        return Task.CompletedTask;
    }

    public Task OpenAsync(string name)
    {
        stage.Open(name);
        return Task.CompletedTask;
    }

    public async Task<string> AwaitInManyWaysAsync()
    {
        var turn = (SynchronizationContext.Current, TaskScheduler.Current);
        var lost = new List<string>();
        void Check(string after)
        {
            if ((SynchronizationContext.Current, TaskScheduler.Current) != turn)
            {
                lost.Add(after);
            }
        }

        await Task.Yield();
        Check("Task.Yield");
        await Task.Run(static () => { });
        Check("Task.Run");
        await Task.WhenAll(Task.Run(static () => { }), Task.Run(static async () => await Task.Yield()));
        Check("Task.WhenAll");
        var outside = new TaskCompletionSource();
        ThreadPool.QueueUserWorkItem(static held => ((TaskCompletionSource)held!).SetResult(), outside);
        await outside.Task;
        Check("a completion from another thread");
        await Stage.LeaveTheTurnInside();
        Check("a method that leaves the turn inside");
        return string.Join(", ", lost);
    }

    private void Enter()
    {
        if (Interlocked.Increment(ref inside) != 1)
        {
            throw new InvalidOperationException("Two calls are in the grain at once.");
        }
    }

    private void Leave() => Interlocked.Decrement(ref inside);
}

[Reentrant]
public sealed class ReentrantGrain(Stage stage) : Grain, IReentrantGrain
{
    private int inside;

    public async Task HoldAsync(string reached, string until)
    {
        stage.Open(reached);
        await stage.Reached(until);

        // Calls interleave, turns do not: nobody else is between these two lines.
        if (Interlocked.Increment(ref inside) != 1)
        {
            throw new InvalidOperationException("Two turns at once.");
        }

        Interlocked.Decrement(ref inside);
    }

    public Task OpenAsync(string name)
    {
        stage.Open(name);
        return Task.CompletedTask;
    }
}
