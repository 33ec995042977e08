namespace Millwright.Ingest.Mqtt;

/// <summary>What the system page shows of the endpoint; totals count since the start.</summary>
public sealed record MqttServerStatistics
{
    public required int Connections { get; init; }

    public required int Sessions { get; init; }

    public required int Subscriptions { get; init; }

    public required int RetainedMessages { get; init; }

    public required long RetainedBytes { get; init; }

    public required long MessagesIn { get; init; }

    public required long MessagesOut { get; init; }

    public required long MessagesDropped { get; init; }

    public required long PacketsMalformed { get; init; }
}
