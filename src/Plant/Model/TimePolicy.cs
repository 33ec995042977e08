namespace Millwright.Plant;

/// <summary>How an asset's event time is judged (HOUSE-STYLE section 3).</summary>
public sealed record TimePolicy
{
    /// <summary>How far the watermark stays behind the newest event time; 0 for sources that deliver in order. 0 to 1 h.</summary>
    public TimeSpan Disorder { get; init; } = TimeSpan.Zero;

    /// <summary>How long a closed window still takes samples. 0 to 7 d.</summary>
    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A sample stamped further than this ahead of its ingest time is rejected. 0 to 1 d.</summary>
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A source silent for this long is idle. 1 s to 1 d.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A source whose newest sample is further behind that of another than this is not waited for. 0 to 7 d.</summary>
    public TimeSpan MaxSourceLag { get; init; } = TimeSpan.FromHours(1);
}
