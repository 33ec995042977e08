using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>All alert events ever reported, for queries and for deduplication over restarts.</summary>
public interface IAlertStore
{
    /// <summary>Writes the event if its id is new; false when it was there already.</summary>
    ValueTask<bool> AppendAsync(AlertEvent alert, CancellationToken cancellationToken);

    ValueTask<ImmutableArray<StoredAlert>> QueryAsync(AlertQuery query, CancellationToken cancellationToken);
}
