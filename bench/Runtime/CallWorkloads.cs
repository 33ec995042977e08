using Orleans;

namespace Millwright.Bench.Runtime;

/// <summary>What is called, how often and by how many.</summary>
internal sealed class CallWorkloads(IClusterClient client, int grains, TimeSpan duration)
{
    private readonly ICallGrain[] references = [.. Enumerable.Range(0, grains).Select(i => client.GetGrain<ICallGrain>($"grain-{i}"))];

    public async Task<IReadOnlyList<Measurement>> RunAsync() =>
    [
        await Measurement.TakeAsync("completed call, 1 caller", 1, duration, _ => AddAsync()),
        await Measurement.TakeAsync("completed call, 2 callers", 2, duration, _ => AddAsync()),
        await Measurement.TakeAsync("completed call, new reference", 1, duration, _ => AddByNewReferenceAsync()),
        await Measurement.TakeAsync("grain calls grain, 1 caller", 1, duration, _ => RelayAsync()),
        await Measurement.TakeAsync("awaiting call, 1 caller", 1, duration, _ => YieldAsync()),
        await Measurement.TakeAsync("awaiting call, 2 callers", 2, duration, _ => YieldAsync()),
        await Measurement.TakeAsync("awaiting call, all at once", 1, duration, _ => YieldAllAsync()),
    ];

    private async Task<long> AddAsync()
    {
        foreach (ICallGrain grain in references)
        {
            await grain.AddAsync(1);
        }

        return references.Length;
    }

    private async Task<long> AddByNewReferenceAsync()
    {
        for (int i = 0; i < references.Length; i++)
        {
            await client.GetGrain<ICallGrain>("grain-7").AddAsync(1);
        }

        return references.Length;
    }

    /// <summary>Two calls each: the relay's and the one it makes.</summary>
    private async Task<long> RelayAsync()
    {
        foreach (ICallGrain grain in references)
        {
            await grain.RelayAsync("relayed", 1);
        }

        return references.Length * 2L;
    }

    private async Task<long> YieldAsync()
    {
        foreach (ICallGrain grain in references)
        {
            await grain.YieldAsync(1);
        }

        return references.Length;
    }

    private async Task<long> YieldAllAsync()
    {
        await Task.WhenAll(references.Select(static grain => grain.YieldAsync(1).AsTask()));
        return references.Length;
    }
}
