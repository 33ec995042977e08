namespace Millwright.Twins;

/// <summary>What becomes of a detector's findings.</summary>
public enum DetectorRole
{
    /// <summary>They become alerts.</summary>
    Live = 0,

    /// <summary>They are counted beside the live one's and go nowhere else.</summary>
    Shadow = 1,

    /// <summary>It does not run.</summary>
    Absent = 2,
}
