using Orleans;

namespace Millwright.Bench.Runtime;

/// <summary>The smallest useful grains: what is measured is the runtime.</summary>
[Alias("millwright.bench.call-grain")]
public interface ICallGrain : IGrainWithStringKey
{
    /// <summary>Takes a number and answers at once.</summary>
    [Alias("Add")]
    ValueTask<long> AddAsync(long amount);

    /// <summary>Awaits once, so the call cannot complete on its caller's thread.</summary>
    [Alias("Yield")]
    ValueTask<long> YieldAsync(long amount);

    /// <summary>Calls another grain.</summary>
    [Alias("Relay")]
    ValueTask<long> RelayAsync(string next, long amount);
}

public sealed class CallGrain : Grain, ICallGrain
{
    private long sum;

    public ValueTask<long> AddAsync(long amount)
    {
        sum += amount;
        return ValueTask.FromResult(sum);
    }

    public async ValueTask<long> YieldAsync(long amount)
    {
        await Task.Yield();
        return sum += amount;
    }

    public ValueTask<long> RelayAsync(string next, long amount) => GrainFactory.GetGrain<ICallGrain>(next).AddAsync(amount);
}
