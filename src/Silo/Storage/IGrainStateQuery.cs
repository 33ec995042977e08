using System.Collections.Immutable;

namespace Millwright.Silo.Storage;

/// <summary>Lists what grains have stored, for the API: without waking the grains.</summary>
public interface IGrainStateQuery
{
    /// <summary>Newest change first, before the given ordinal; at most <paramref name="limit"/> and never more than 1,000.</summary>
    ValueTask<ImmutableArray<GrainStateEntry<TState>>> ListAsync<TState>(
        string stateName, long? before, int limit, CancellationToken cancellationToken);
}
