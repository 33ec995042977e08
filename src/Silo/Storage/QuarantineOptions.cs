namespace Millwright.Silo.Storage;

/// <summary>How long quarantined messages are kept. What is beyond goes, oldest first, and is counted.</summary>
public sealed class QuarantineOptions
{
    public const string Section = "Storage:Quarantine";

    /// <summary>Messages kept, 1 to 10,000,000; each is 64 KiB at most. Default 20,000.</summary>
    public int MaxRows { get; set; } = 20_000;

    /// <summary>How long a message is kept after it was stored. Default 30 days.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);
}
