namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>The connection that serves a session at the moment.</summary>
internal interface ISessionLink
{
    OutboundLink Outbound { get; }

    /// <summary>Completes when the read loop has ended and the session is free.</summary>
    Task Detached { get; }

    /// <summary>Something waits to be sent.</summary>
    void Wake();

    void Close(MqttReason reason);
}
