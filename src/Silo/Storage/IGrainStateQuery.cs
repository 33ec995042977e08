using System.Collections.Immutable;

namespace Millwright.Silo.Storage;

/// <summary>Lists stored grain state across grains, newest change first; what no single grain can answer.</summary>
public interface IGrainStateQuery
{
    ValueTask<ImmutableArray<StoredState<TState>>> ListAsync<TState>(string stateName, long? before, int limit, CancellationToken cancellationToken);
}

/// <summary>A grain's stored state. The ordinal grows with every write of any grain, so it is the cursor of lists and of resumable subscriptions.</summary>
public sealed record StoredState<TState>(long Ordinal, string Key, TState State);
