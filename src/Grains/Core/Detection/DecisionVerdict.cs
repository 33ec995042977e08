namespace Millwright.Core.Detection;

/// <summary>Where a detector stands with a subject.</summary>
public enum DecisionVerdict
{
    /// <summary>It still learns what is normal and does not judge.</summary>
    Warming,

    /// <summary>Judged, and below its threshold.</summary>
    Quiet,

    /// <summary>At or beyond its threshold, but not yet for as long or as often as it takes.</summary>
    Pending,

    /// <summary>An anomaly is open.</summary>
    Active,

    /// <summary>It does not judge in the present operating state, or just after a change of it.</summary>
    Suspended,
}
