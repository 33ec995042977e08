using System.Text;

namespace Millwright.Ingest.Mqtt;

/// <summary>
/// One application message as it is kept: retained, queued for a session, or announced as a will. Shared by all its receivers.
/// </summary>
public sealed class MqttMessage
{
    public MqttMessage(ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, byte qos, bool retain)
    {
        TopicUtf8 = topic;
        Payload = payload;
        Qos = qos;
        Retain = retain;
    }

    public MqttMessage(string topic, ReadOnlyMemory<byte> payload, byte qos = 0, bool retain = false)
        : this(Encoding.UTF8.GetBytes(topic), payload, qos, retain)
    {
    }

    public ReadOnlyMemory<byte> TopicUtf8 { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    public byte Qos { get; }

    public bool Retain { get; }

    /// <summary>
    /// MQTT 5 properties that travel with the message unchanged, as on the wire: payload format, content type, response topic,
    /// correlation data and user properties in their order. Empty for a message that came over 3.1.1.
    /// </summary>
    public ReadOnlyMemory<byte> Properties { get; init; }

    /// <summary>When the message expires; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public string Topic => Encoding.UTF8.GetString(TopicUtf8.Span);

    /// <summary>What the message counts for against the byte bounds of queues and of the retained store.</summary>
    internal int Weight => TopicUtf8.Length + Payload.Length + Properties.Length;

    internal bool IsExpired(DateTimeOffset now) => ExpiresAt is { } expiry && now >= expiry;

    internal uint RemainingSeconds(DateTimeOffset now)
        => ExpiresAt is { } expiry ? (uint)Math.Clamp(Math.Ceiling((expiry - now).TotalSeconds), 1, uint.MaxValue) : 0;
}
