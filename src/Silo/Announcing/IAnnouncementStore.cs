using System.Collections.Immutable;

namespace Millwright.Silo.Announcing;

/// <summary>Keeps, over restarts, how far each receiver was told.</summary>
public interface IAnnouncementStore
{
    /// <summary>The receiver's place; a new one begins at the newest alert, and that is written before this returns.</summary>
    ValueTask<long> BeginAsync(string receiver, CancellationToken cancellationToken);

    /// <summary>The receiver has everything up to <paramref name="ordinal"/>. Never moves back.</summary>
    ValueTask MoveAsync(string receiver, long ordinal, CancellationToken cancellationToken);

    /// <summary>Alerts after a place: what the receiver still waits for.</summary>
    ValueTask<long> CountAfterAsync(long ordinal, CancellationToken cancellationToken);

    /// <summary>Completes when a power cut takes back nothing that was to be read in the store before this call.</summary>
    ValueTask SyncAsync(CancellationToken cancellationToken);

    ValueTask RefuseAsync(RefusedAlert alert, CancellationToken cancellationToken);

    /// <summary>Newest first, at most 1,000.</summary>
    ValueTask<ImmutableArray<RefusedAlert>> RefusedAsync(string receiver, CancellationToken cancellationToken);
}
