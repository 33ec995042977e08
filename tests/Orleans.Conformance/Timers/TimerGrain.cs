using Orleans;
using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Timers;

public sealed class TimerGrain(Stage stage) : Grain, ITimerGrain
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(5);

    private readonly List<IGrainTimer> timers = [];
    private int inside;
    private int ticks;

    private string Key => this.GetPrimaryKeyString();

    public Task CountAsync(int last)
    {
        timers.Add(this.RegisterGrainTimer(
            (limit, token) =>
            {
                stage.Note($"{Key} {++ticks}");
                if (ticks == limit)
                {
                    timers[0].Dispose();
                    stage.Open(token.IsCancellationRequested ? $"{Key} done" : $"{Key} token missed the disposal");
                }

                return Task.CompletedTask;
            },
            last,
            new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Fast }));
        return Task.CompletedTask;
    }

    public Task OverlapAsync(int last)
    {
        async Task Tick(CancellationToken token)
        {
            if (Interlocked.Increment(ref inside) != 1)
            {
                stage.Note($"{Key} overlapped");
            }

            await Task.Yield();
            await Task.Run(static () => { }, CancellationToken.None);
            Interlocked.Decrement(ref inside);
            if (++ticks == last)
            {
                timers.ForEach(static t => t.Dispose());
                stage.Open($"{Key} done");
            }
        }

        timers.Add(this.RegisterGrainTimer(Tick, TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
        timers.Add(this.RegisterGrainTimer(Tick, TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
        return Task.CompletedTask;
    }

    public Task ThrowOnceAsync()
    {
        timers.Add(this.RegisterGrainTimer(
            () =>
            {
                if (++ticks == 1)
                {
                    throw new ArithmeticException("the first tick fails");
                }

                stage.Open($"{Key} ticked on");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Fast)));
        return Task.CompletedTask;
    }

    public Task ChangeAsync()
    {
        IGrainTimer timer = this.RegisterGrainTimer(
            _ =>
            {
                ticks++;
                stage.Open($"{Key} ticked");
                return Task.CompletedTask;
            },
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public async Task HoldAsync(string until, bool interleave)
    {
        this.RegisterGrainTimer(
            () =>
            {
                stage.Note($"{Key} ticked");
                stage.Open($"{Key} ticked");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = interleave });
        await stage.Reached(until);
        stage.Note($"{Key} held");
    }

    public Task LeaveTickingAsync()
    {
        this.RegisterGrainTimer(
            () =>
            {
                stage.Note($"{Key} ticked");
                stage.Open($"{Key} ticked");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Fast));
        return Task.CompletedTask;
    }

    public Task<int> TicksAsync() => Task.FromResult(ticks);
}
