namespace Millwright.Ingest.Mqtt;

/// <summary>
/// Where sessions and retained messages survive the process. The server loads once at its start and then saves, every half second and at
/// an orderly stop, whatever changed since. A save is one transaction: with it goes the journal position from which later events have to
/// be read again, so that a state and its position are never of different times.
/// </summary>
public interface IMqttSessionStore
{
    ValueTask<MqttStoredState> LoadAsync(CancellationToken cancellationToken);

    /// <summary>All of the changes or none.</summary>
    ValueTask SaveAsync(MqttSessionChanges changes, CancellationToken cancellationToken);

    /// <summary>What our own session at another broker had received; null when nothing is known.</summary>
    ValueTask<MqttStoredReceipts?> LoadReceiptsAsync(string clientId, CancellationToken cancellationToken);

    ValueTask SaveReceiptsAsync(MqttStoredReceipts receipts, CancellationToken cancellationToken);
}
