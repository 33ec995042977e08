namespace Millwright.Core.Twins;

/// <summary>How a twin's event time is judged (HOUSE-STYLE section 3).</summary>
public sealed record TimeRule
{
    /// <summary>How far the watermark stays behind the newest event time; 0 for a source that delivers in order.</summary>
    public TimeSpan Disorder { get; init; } = TimeSpan.Zero;

    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A source further behind the newest than this does not hold the watermark back.</summary>
    public TimeSpan MaxSourceLag { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Longest pause between samples over which the operating state still counts as holding; time beyond it is no running time.
    /// </summary>
    public TimeSpan MaxStateGap { get; init; } = TimeSpan.FromMinutes(10);
}
