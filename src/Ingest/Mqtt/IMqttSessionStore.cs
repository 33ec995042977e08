namespace Millwright.Ingest.Mqtt;

/// <summary>
/// Where sessions and retained messages survive the process. The server loads once at its start and then saves whole sessions: every
/// changed one within half a second, and all of them at an orderly stop. A received QoS 2 id is saved only after the commit of its
/// message, so a restored session never claims what the log does not hold.
/// </summary>
public interface IMqttSessionStore
{
    ValueTask<MqttStoredState> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces what is kept for the client id.</summary>
    ValueTask SaveAsync(MqttStoredSession session, CancellationToken cancellationToken);

    ValueTask DeleteAsync(string clientId, CancellationToken cancellationToken);

    /// <summary>Replaces the retained message of its topic; an empty payload removes it.</summary>
    ValueTask RetainAsync(MqttMessage message, CancellationToken cancellationToken);
}
