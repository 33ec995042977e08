namespace Millwright.Ingest.Payloads;

public enum DecodeOutcome
{
    /// <summary>No rule and no dialect knows the topic: ordinary MQTT, not telemetry.</summary>
    Unmapped,

    /// <summary>All of it became samples.</summary>
    Decoded,

    /// <summary>Nothing to decode: an empty payload (a cleared retained message), a connect notice, or only nulls.</summary>
    Empty,

    /// <summary>Some elements became samples, others were rejected.</summary>
    Partial,

    /// <summary>No samples, and a reason.</summary>
    Rejected,
}
