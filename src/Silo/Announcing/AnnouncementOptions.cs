using System.ComponentModel.DataAnnotations;

namespace Millwright.Silo.Announcing;

/// <summary>How receivers of alerts are tried again. Section <c>Announcements</c>.</summary>
public sealed class AnnouncementOptions
{
    public const string Section = "Announcements";

    /// <summary>
    /// First pause after a failed delivery, doubled with each and shortened at random by up to a half. 0.01 s to 1 h, default 0.5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause, also when the receiver asks for a longer one. 0.01 s to 1 h, default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries of an alert that the receiver refuses, before it is set aside. 1 to 1,000, default 5.</summary>
    [Range(1, 1_000)]
    public int MaxTries { get; set; } = 5;

    /// <summary>How long a receiver may be away before health says degraded. 0.1 s to 1 d, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Seeds the jitter of the pauses; give each silo its own, so that they do not come back all at once. Default 1.</summary>
    public int Seed { get; set; } = 1;
}
