namespace Millwright.Ingest.Log;

/// <summary>What a record holds. Stored: numbers are never reused.</summary>
public enum LogRecordKind : byte
{
    /// <summary>Internal: begins each commit, and proves that everything before it was durable when it was written.</summary>
    CommitMark = 0,

    Samples = 1,

    Quarantined = 2,
}
