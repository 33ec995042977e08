using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt;

/// <summary>A view on the MQTT 5 properties of a publish, decoded on demand.</summary>
public readonly ref struct MqttProperties
{
    private readonly ReadOnlySpan<byte> block;

    internal MqttProperties(ReadOnlySpan<byte> block) => this.block = block;

    public bool IsEmpty => block.IsEmpty;

    public bool TryGetContentType(out ReadOnlySpan<byte> contentType) => TryGet(PropertyId.ContentType, out contentType);

    public bool TryGetResponseTopic(out ReadOnlySpan<byte> topic) => TryGet(PropertyId.ResponseTopic, out topic);

    public bool TryGetCorrelationData(out ReadOnlySpan<byte> data) => TryGet(PropertyId.CorrelationData, out data);

    /// <summary>The first user property of that name, in UTF-8.</summary>
    public bool TryGetUserProperty(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var reader = new PropertyReader(block, PacketType.Publish);
        while (reader.Next())
        {
            if (reader.Id == PropertyId.UserProperty && reader.Text.SequenceEqual(name))
            {
                value = reader.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    private bool TryGet(PropertyId id, out ReadOnlySpan<byte> text)
    {
        var reader = new PropertyReader(block, PacketType.Publish);
        while (reader.Next())
        {
            if (reader.Id == id)
            {
                text = reader.Text;
                return true;
            }
        }

        text = default;
        return false;
    }
}
