namespace Millwright.Ingest.Mqtt;

/// <summary>What can become of a session. Stored: numbers are never reused.</summary>
public enum MqttSessionEventKind : byte
{
    /// <summary>A new session; whatever the client id had before is over.</summary>
    Began = 1,

    Ended = 2,

    /// <summary>A QoS 2 publish was taken; durable together with its message.</summary>
    Received = 3,

    /// <summary>PUBREL: the packet id may name another message from now on.</summary>
    Released = 4,

    Subscribed = 5,

    Unsubscribed = 6,
}
