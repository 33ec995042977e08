using Millwright.Alerts;

namespace Millwright.Core.Alerting;

/// <summary>What the world has been told of one alert: the newest word on its beginning and on its end.</summary>
internal sealed class ToldAlert
{
    /// <summary>The newest event, raised or amended, that says how it began.</summary>
    public required AlertEvent Begun { get; set; }

    /// <summary>What <see cref="Begun"/> says, without when and how often it was said.</summary>
    public required string BegunContent { get; set; }

    /// <summary>Event time to which its beginning was known; never for a claim of the clock.</summary>
    public required long BegunFoundAt { get; set; }

    /// <summary>Null while nobody was told that it has ended.</summary>
    public string? EndContent { get; set; }

    /// <summary>The event that says how it ended; null too when a state of before version 3 told it.</summary>
    public AlertEvent? End { get; set; }

    public long EndFoundAt { get; set; }

    public bool IsRetracted { get; set; }

    /// <summary>How often it was amended or retracted.</summary>
    public int Revision { get; set; }

    /// <summary>The findings in which its beginning and its end were met last; for what a rewind does not bring again.</summary>
    public int BegunPass { get; set; }

    public int EndPass { get; set; }

    public bool IsOpen => EndContent is null && !IsRetracted;
}
