using Orleans;
using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Calls;

public sealed class CallGrain(Stage stage) : Grain, ICallGrain
{
    public Task<string> EchoAsync(string text) => Task.FromResult(text);

    public ValueTask<string> KeyAsync() => ValueTask.FromResult(this.GetPrimaryKeyString());

    public async Task ThrowAsync(string message)
    {
        await Task.Yield();
        throw new ArithmeticException(message);
    }

    public ValueTask<int> ThrowAtOnceAsync(string message) => throw new ArithmeticException(message);

    public async Task HoldAsync(string reached, string until)
    {
        stage.Open(reached);
        await stage.Reached(until);
    }

    public Task NeverAsync() => new TaskCompletionSource().Task;

    public Task CallThereAndBackAsync(ICallGrain other) => other.CallBackAsync(this.AsReference<ICallGrain>());

    public Task CallBackAsync(ICallGrain first) => first.EchoAsync("never heard: its first call still runs");

    public async Task AwaitTokenAsync(string reached, CancellationToken token)
    {
        stage.Open(reached);
        var cancelled = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = token.Register(() => cancelled.TrySetResult());
        await cancelled.Task;
        stage.Open($"{reached}-cancelled");
        token.ThrowIfCancellationRequested();
    }

    public Task TellAsync(string open)
    {
        stage.Open(open);
        throw new ArithmeticException("Nobody hears this.");
    }

    public Task<string?> ContextAsync(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task SetContextAsync(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public Task<ICallGrain> SelfAsync() => Task.FromResult(this.AsReference<ICallGrain>());

    public async Task<int> DepthAsync(int left) =>
        left == 0 ? 0 : 1 + await GrainFactory.GetGrain<ICallGrain>($"depth-{left}").DepthAsync(left - 1);
}
