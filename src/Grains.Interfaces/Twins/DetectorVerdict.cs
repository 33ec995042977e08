namespace Millwright.Twins;

/// <summary>Where a detector stands with a subject.</summary>
public enum DetectorVerdict
{
    /// <summary>It has not judged the subject, or cannot say.</summary>
    Unknown = 0,

    /// <summary>It still learns what is normal.</summary>
    Warming = 1,

    /// <summary>Judged, and below its threshold.</summary>
    Quiet = 2,

    /// <summary>At or beyond its threshold, but not yet for as long or as often as it takes.</summary>
    Pending = 3,

    /// <summary>An anomaly is open.</summary>
    Active = 4,

    /// <summary>It does not judge in the present operating state.</summary>
    Suspended = 5,
}
