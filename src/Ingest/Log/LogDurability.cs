namespace Millwright.Ingest.Log;

public enum LogDurability
{
    /// <summary>Durable means synced to the disk: survives a power cut.</summary>
    Fsync = 0,

    /// <summary>Durable means handed to the operating system: survives the process, not a power cut. For tests and comparisons.</summary>
    Os = 1,
}
