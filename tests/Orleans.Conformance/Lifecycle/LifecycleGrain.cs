using Orleans;

namespace Millwright.Orleans.Conformance.Lifecycle;

public sealed class LifecycleGrain(Stage stage) : Grain, ILifecycleGrain, IDisposable
{
    private readonly int instance = stage.NextInstance();

    public void Dispose() => stage.Note($"{instance} disposed");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stage.Note($"{this.GetPrimaryKeyString()} up");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Note($"{this.GetPrimaryKeyString()} down {reason.ReasonCode}");
        stage.Open($"{this.GetPrimaryKeyString()} down");
        return Task.CompletedTask;
    }

    public ValueTask<int> InstanceAsync() => ValueTask.FromResult(instance);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<int> LeaveAndHoldAsync(string reached, string until)
    {
        DeactivateOnIdle();
        stage.Open(reached);
        await stage.Reached(until);
        return instance;
    }
}

public sealed class SlowLeaverGrain(Stage stage) : Grain, ISlowLeaverGrain
{
    private readonly int instance = stage.NextInstance();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stage.Note($"{this.GetPrimaryKeyString()} up");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Open($"{this.GetPrimaryKeyString()} going");
        await stage.Reached($"{this.GetPrimaryKeyString()} may go");
        stage.Note($"{this.GetPrimaryKeyString()} down");
    }

    public Task<int> InstanceAsync() => Task.FromResult(instance);

    public Task<int> LookAsync() => Task.FromResult(instance);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public sealed class BrokenGrain(Stage stage) : Grain, IBrokenGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (!stage.IsOpen($"{this.GetPrimaryKeyString()} works"))
        {
            throw new ArithmeticException("does not come up");
        }
    }

    public Task<string> EchoAsync(string text) => Task.FromResult(text);
}

public sealed class LastWordsGrain(Stage stage) : Grain, ILastWordsGrain
{
    public Task WakeAsync(string successor) => Task.CompletedTask;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Takes its time: the host must wait for it.
        await Task.Yield();
        await Task.Run(static () => { }, CancellationToken.None);
        stage.Note($"last words of {this.GetPrimaryKeyString()}: {reason.ReasonCode}");
    }
}
