namespace Millwright.Ingest.Mqtt;

/// <summary>Keeps everything in memory: for tests, and for a server that is replaced within one process.</summary>
public sealed class MemorySessionStore : IMqttSessionStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, MqttStoredSession> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MqttMessage> retained = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MqttStoredReceipts> receipts = new(StringComparer.Ordinal);
    private string logId = "";
    private long position;

    public ValueTask<MqttStoredState> LoadAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new(new MqttStoredState([.. sessions.Values], [.. retained.Values]) { LogId = logId, Position = position });
        }
    }

    public ValueTask SaveAsync(MqttSessionChanges changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (gate)
        {
            foreach (string clientId in changes.Ended)
            {
                sessions.Remove(clientId);
            }

            foreach (MqttStoredSession session in changes.Sessions)
            {
                sessions[session.ClientId] = session;
            }

            foreach (MqttMessage message in changes.Retained)
            {
                Retain(message);
            }

            (logId, position) = (changes.LogId, changes.Position);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<MqttStoredReceipts?> LoadReceiptsAsync(string clientId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new(receipts.GetValueOrDefault(clientId));
        }
    }

    public ValueTask SaveReceiptsAsync(MqttStoredReceipts receipts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        lock (gate)
        {
            this.receipts[receipts.ClientId] = receipts;
        }

        return ValueTask.CompletedTask;
    }

    private void Retain(MqttMessage message)
    {
        if (message.Payload.IsEmpty)
        {
            retained.Remove(message.Topic);
        }
        else
        {
            retained[message.Topic] = message;
        }
    }
}
