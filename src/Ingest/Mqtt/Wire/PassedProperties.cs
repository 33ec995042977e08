namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>
/// The properties of a PUBLISH or a will, split into those a server acts on and those it passes on unchanged. The latter stay
/// bytes of the packet: nobody pays for user properties that nobody reads.
/// </summary>
internal ref struct PassedProperties
{
    private ReadOnlySpan<byte> block;
    private PacketType packet;
    private bool hasOwn;

    public PacketFault Fault { get; private set; }

    public uint? Expiry { get; private set; }

    public uint WillDelay { get; private set; }

    public ushort Alias { get; private set; }

    /// <summary>Only a server may say which subscriptions a message answers.</summary>
    public bool HasSubscriptionIdentifier { get; private set; }

    public readonly ReadOnlySpan<byte> Block => block;

    public static PassedProperties Read(ReadOnlySpan<byte> block, PacketType packet)
    {
        var result = new PassedProperties { block = block, packet = packet };
        var reader = new PropertyReader(block, packet);
        while (reader.Next())
        {
            result.Take(ref reader);
        }

        result.Fault = reader.Fault;
        return result;
    }

    /// <summary>What is passed on, without the properties that mean something on one hop only.</summary>
    public readonly byte[] ToArray()
    {
        if (!hasOwn)
        {
            return block.IsEmpty ? [] : block.ToArray();
        }

        byte[] kept = new byte[block.Length];
        int length = 0;
        var reader = new PropertyReader(block, packet);
        while (reader.Next())
        {
            if (!IsOwn(reader.Id))
            {
                ReadOnlySpan<byte> bytes = block[reader.Bytes];
                bytes.CopyTo(kept.AsSpan(length));
                length += bytes.Length;
            }
        }

        return kept[..length];
    }

    private static bool IsOwn(PropertyId id)
        => id is PropertyId.MessageExpiry or PropertyId.TopicAlias or PropertyId.WillDelay or PropertyId.SubscriptionIdentifier;

    private void Take(ref PropertyReader reader)
    {
        hasOwn |= IsOwn(reader.Id);
        switch (reader.Id)
        {
            case PropertyId.MessageExpiry: Expiry = reader.Number; break;
            case PropertyId.WillDelay: WillDelay = reader.Number; break;
            case PropertyId.SubscriptionIdentifier: HasSubscriptionIdentifier = true; break;
            case PropertyId.TopicAlias: Alias = (ushort)reader.Number; break;
            default: break;
        }
    }
}
