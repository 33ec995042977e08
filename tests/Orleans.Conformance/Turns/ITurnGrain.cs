using Orleans;
using Orleans.Concurrency;

namespace Millwright.Orleans.Conformance.Turns;

public interface ITurnGrain : IGrainWithStringKey
{
    ValueTask<int> InstanceAsync();

    /// <summary>Adds to an unguarded counter, with awaits between reading and writing other state.</summary>
    Task CountAsync();

    ValueTask<int> CountedAsync();

    /// <summary>Opens <paramref name="reached"/>, then awaits <paramref name="until"/>.</summary>
    Task HoldAsync(string reached, string until);

    Task NoteAsync(string what);

    [ReadOnly]
    Task HoldReadOnlyAsync(string reached, string until);

    [AlwaysInterleave]
    Task OpenAsync(string name);

    /// <summary>Awaits in several ways and says after which the turn was lost; empty if none.</summary>
    Task<string> AwaitInManyWaysAsync();
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task HoldAsync(string reached, string until);

    Task OpenAsync(string name);
}
