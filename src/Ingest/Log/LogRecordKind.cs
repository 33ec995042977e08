namespace Millwright.Ingest.Log;

/// <summary>What a record holds. Stored: numbers are never reused.</summary>
public enum LogRecordKind : byte
{
    /// <summary>Internal: begins each commit, and proves that everything before it was durable when it was written.</summary>
    CommitMark = 0,

    Samples = 1,

    Quarantined = 2,

    /// <summary>Internal: the records behind it, so many bytes of them, count together or not at all.</summary>
    GroupMark = 3,

    /// <summary>What became of an MQTT session: kept here because its messages are.</summary>
    MqttSession = 4,
}
