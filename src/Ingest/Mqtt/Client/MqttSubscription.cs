namespace Millwright.Ingest.Mqtt.Client;

/// <summary>A filter to subscribe to. The options beyond <see cref="Qos"/> exist in 5.0 only.</summary>
public sealed record MqttSubscription(string Filter, byte Qos = 1)
{
    public bool NoLocal { get; init; }

    public bool RetainAsPublished { get; init; }

    /// <summary>0: retained messages at every subscribe, 1: only if the subscription is new, 2: none.</summary>
    public byte RetainHandling { get; init; }

    internal byte Options(MqttVersion version) => version == MqttVersion.V311
        ? Qos
        : (byte)(Qos | (NoLocal ? 4 : 0) | (RetainAsPublished ? 8 : 0) | (RetainHandling << 4));
}
