namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>
/// Walks one property block and checks every rule that concerns a property on its own: known, allowed here, once, in range.
/// </summary>
internal ref struct PropertyReader(ReadOnlySpan<byte> block, PacketType packet)
{
    private PacketReader reader = new(block);
    private ulong seen;

    public PropertyId Id { get; private set; }

    public uint Number { get; private set; }

    /// <summary>The text or binary value; of a user property its name.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>The value of a user property.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the property's bytes, id included, lie in the block.</summary>
    public Range Bytes { get; private set; }

    public readonly PacketFault Fault => reader.Fault;

    /// <summary>
    /// Reads the length and takes the block out of <paramref name="body"/>; the fault, if any, stays with the body's reader.
    /// </summary>
    public static ReadOnlySpan<byte> TakeBlock(scoped ref PacketReader body) => body.ReadBytes(body.ReadVarInt());

    public bool Next()
    {
        if (reader.Remaining == 0)
        {
            return false;
        }

        int start = reader.Offset;
        int id = reader.ReadVarInt();
        PropertyKind kind = PropertyTable.KindOf(id);
        if (kind == PropertyKind.Unknown)
        {
            reader.Fail(PacketFault.UnknownProperty);
            return false;
        }

        if (!PropertyTable.IsAllowed(id, packet))
        {
            reader.Fail(PacketFault.ForbiddenProperty);
            return false;
        }

        Id = (PropertyId)id;
        ReadValue(kind);
        CheckOnce(id);
        CheckRange();
        Bytes = start..reader.Offset;
        return reader.Fault == PacketFault.None;
    }

    private void ReadValue(PropertyKind kind)
    {
        switch (kind)
        {
            case PropertyKind.Flag or PropertyKind.Byte:
                Number = reader.ReadByte();
                break;
            case PropertyKind.TwoBytes:
                Number = reader.ReadUInt16();
                break;
            case PropertyKind.FourBytes:
                Number = reader.ReadUInt32();
                break;
            case PropertyKind.VarInt:
                Number = (uint)reader.ReadVarInt();
                break;
            case PropertyKind.Binary:
                Text = reader.ReadBinary();
                break;
            default:
                Text = reader.ReadUtf8();
                Value = kind == PropertyKind.Pair ? reader.ReadUtf8() : default;
                break;
        }

        if (kind == PropertyKind.Flag && Number > 1)
        {
            reader.Fail(PacketFault.PropertyValue);
        }
    }

    private void CheckOnce(int id)
    {
        ulong bit = 1UL << id;
        bool repeatable = Id == PropertyId.UserProperty || (Id == PropertyId.SubscriptionIdentifier && packet == PacketType.Publish);
        if ((seen & bit) != 0 && !repeatable)
        {
            reader.Fail(PacketFault.DuplicateProperty);
        }

        seen |= bit;
    }

    private void CheckRange()
    {
        if (Number == 0 && reader.Fault == PacketFault.None)
        {
            if (Id is PropertyId.ReceiveMaximum or PropertyId.MaximumPacketSize or PropertyId.SubscriptionIdentifier)
            {
                reader.Fail(PacketFault.PropertyValue);
            }
            else if (Id == PropertyId.TopicAlias)
            {
                reader.Fail(PacketFault.TopicAlias);
            }
        }

        if (Id == PropertyId.ResponseTopic && (Text.IsEmpty || Text.ContainsAny((byte)'+', (byte)'#')))
        {
            reader.Fail(PacketFault.PropertyValue);
        }
    }
}
