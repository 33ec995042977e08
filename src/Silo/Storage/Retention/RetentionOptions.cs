using System.ComponentModel.DataAnnotations;

namespace Millwright.Silo.Storage.Retention;

/// <summary>
/// How long each tier is kept, counted from the time at which it was stored: a recording of last year that is replayed today is new.
/// </summary>
public sealed class RetentionOptions
{
    public const string Section = "Storage:Retention";

    /// <summary>Raw samples. 1 h to 100 years; default 30 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36525.00:00:00")]
    public TimeSpan Raw { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Minutes, and all other windows. 1 h to 100 years; default 365 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36525.00:00:00")]
    public TimeSpan Minute { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Hours whose minutes are gone. 1 h to 100 years; default 3,650 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36525.00:00:00")]
    public TimeSpan Hour { get; set; } = TimeSpan.FromDays(3_650);

    /// <summary>Alert events. 1 h to 100 years; default 365 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36525.00:00:00")]
    public TimeSpan Alerts { get; set; } = TimeSpan.FromDays(365);

    /// <summary>From the end of one round to the begin of the next. 1 s to 7 days; default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Rows deleted, or pages given back, in one transaction; others write in between. All windows of one metric in one hour go together,
    /// even when they are more. 1 to 10,000; default 256.
    /// </summary>
    [Range(1, 10_000)]
    public int StepRows { get; set; } = 256;

    /// <summary>Pause after a step that deleted something. 0 to 1 min; default 20 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StepPause { get; set; } = TimeSpan.FromMilliseconds(20);
}
