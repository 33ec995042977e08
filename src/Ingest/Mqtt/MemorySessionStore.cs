using System.Collections.Concurrent;

namespace Millwright.Ingest.Mqtt;

/// <summary>Keeps everything in memory: for tests, and for a server that is replaced within one process.</summary>
public sealed class MemorySessionStore : IMqttSessionStore
{
    private readonly ConcurrentDictionary<string, MqttStoredSession> sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MqttMessage> retained = new(StringComparer.Ordinal);

    public ValueTask<MqttStoredState> LoadAsync(CancellationToken cancellationToken)
        => new(new MqttStoredState([.. sessions.Values], [.. retained.Values]));

    public ValueTask SaveAsync(MqttStoredSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        sessions[session.ClientId] = session;
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string clientId, CancellationToken cancellationToken)
    {
        sessions.TryRemove(clientId, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask RetainAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Payload.IsEmpty)
        {
            retained.TryRemove(message.Topic, out _);
        }
        else
        {
            retained[message.Topic] = message;
        }

        return ValueTask.CompletedTask;
    }
}
