using System.Collections.Immutable;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Api.Requests;

/// <summary>Reads stored states through a predicate, newest change first, looking at a bounded number of them per request.</summary>
internal static class StateScan
{
    private const int PageSize = 200;

    /// <summary>States looked at for one answer; a selective filter then gives a short page with a cursor, never an endless scan.</summary>
    private const int MaxScanned = 4_000;

    public static async Task<(List<GrainStateEntry<T>> Items, long? Next)> RunAsync<T>(
        IGrainStateQuery store, StateSelection<T> selection, CancellationToken cancellationToken)
    {
        var items = new List<GrainStateEntry<T>>();
        long? before = selection.Before;
        for (int scanned = 0; scanned < MaxScanned; scanned += PageSize)
        {
            ImmutableArray<GrainStateEntry<T>> page = await store.ListAsync<T>(selection.StateName, before, PageSize, cancellationToken);
            foreach (GrainStateEntry<T> state in page)
            {
                if (items.Count == selection.Size)
                {
                    return (items, before);
                }

                before = state.Ordinal;
                if (selection.Predicate(state.State))
                {
                    items.Add(state);
                }
            }

            if (page.Length < PageSize)
            {
                return (items, null);
            }
        }

        return (items, before);
    }
}

internal sealed record StateSelection<T>(string StateName, long? Before, int Size, Func<T, bool> Predicate);
