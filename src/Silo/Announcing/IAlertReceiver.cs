using Millwright.Grains.Alerts;

namespace Millwright.Silo.Announcing;

/// <summary>Somebody outside who is told of alerts, one after the other.</summary>
public interface IAlertReceiver
{
    /// <summary>Its name in cursors, metrics and logs; must stay the same over restarts.</summary>
    string Name { get; }

    /// <summary>Completes when the receiver may be told anything at all, e.g. it has agreed to be called.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Null when the receiver has the alert or does not want it; a reason when it never will take it. Throws
    /// <see cref="ReceiverAwayException"/> when it should be tried again.
    /// </summary>
    ValueTask<string?> DeliverAsync(StoredAlert alert, CancellationToken cancellationToken);

    /// <summary>Completes when what was delivered outlives a crash of ours: only then is the cursor moved past it.</summary>
    ValueTask SettleAsync(CancellationToken cancellationToken);
}
