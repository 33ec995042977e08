using Millwright.Ingest.Mqtt.Routing;

namespace Millwright.Ingest.Mqtt;

/// <summary>One PUBLISH as it lies in the read buffer. Nothing here outlives the call; copy what is kept.</summary>
public readonly ref struct InboundPublish
{
    private readonly InboundTopic topic;
    private readonly ReadOnlySpan<byte> properties;

    internal InboundPublish(MqttSource source, InboundTopic topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> properties)
    {
        Source = source;
        this.topic = topic;
        this.properties = properties;
        Payload = payload;
    }

    public MqttSource Source { get; }

    /// <summary>The topic name in UTF-8, checked: not empty, no wildcard, no NUL. A topic alias is already resolved.</summary>
    public ReadOnlySpan<byte> Topic => topic.Utf8;

    public ReadOnlySpan<byte> Payload { get; }

    public byte Qos { get; init; }

    public bool Retain { get; init; }

    public bool Duplicate { get; init; }

    /// <summary>0 for QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>
    /// QoS 2 of a session that survives us: an inlet with a journal makes <see cref="MqttSessionEventKind.Received"/> durable together
    /// with the message, also when the message itself leaves nothing in the log.
    /// </summary>
    public bool IsTracked { get; init; }

    /// <summary>The message is a client's will, published on its behalf.</summary>
    public bool IsWill { get; init; }

    public string ClientId => Source.ClientId;

    public int ConnectionId => Source.ConnectionId;

    /// <summary>
    /// A slot of the inlet's own per topic and connection: whatever it worked out for this topic, it finds again at the next
    /// message without looking anything up. May be empty again at any time, because the cache of topics is bounded.
    /// </summary>
    public ref object? TopicTag => ref topic.Tag;

    internal ReadOnlySpan<byte> RawProperties => properties;

    /// <summary>The MQTT 5 properties, decoded only when asked for.</summary>
    public MqttProperties Properties => new(properties);
}
