namespace Millwright.Telemetry;

/// <summary>
/// How far a value may be trusted. Travels with every value, window and alert (law 7). Ordered: a higher number is worse.
/// </summary>
public enum SampleQuality
{
    Good = 0,

    /// <summary>Measured, but the source doubts it, or it lies outside the metric's physical range.</summary>
    Uncertain = 1,

    /// <summary>The source says that it is wrong.</summary>
    Bad = 2,

    /// <summary>Older than the metric's expected interval allows.</summary>
    Stale = 3,
}
