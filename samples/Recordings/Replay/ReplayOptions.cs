namespace Millwright.Recordings.Replay;

public sealed record ReplayOptions
{
    /// <summary>Event seconds per second; null: as fast as the receiver acknowledges.</summary>
    public double? Speed { get; init; }

    /// <summary>Added to each event time.</summary>
    public TimeSpan Shift { get; init; }

    public int Qos { get; init; } = 1;

    /// <summary>
    /// Longest pause, in real time, between two records: a recording may have a night, or a month, without a sample. 0 to 1 h.
    /// </summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Publications that may wait for their acknowledgement, 1 to 65,535.</summary>
    public int InFlight { get; init; } = 1000;
}
