using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>All alert events ever reported, for queries and for deduplication over restarts.</summary>
public interface IAlertStore
{
    /// <summary>
    /// Writes the event if its id is new; false when it was there already. When this completes no power cut takes it back: people are told
    /// next. What was written before it, the twin's checkpoint above all, is then as durable.
    /// </summary>
    ValueTask<bool> AppendAsync(AlertEvent alert, CancellationToken cancellationToken);

    ValueTask<ImmutableArray<StoredAlert>> QueryAsync(AlertQuery query, CancellationToken cancellationToken);
}
