namespace Millwright.Core.Twins;

/// <summary>What becomes of a detector's findings.</summary>
public enum DetectorMode
{
    /// <summary>They become alerts.</summary>
    Live = 0,

    /// <summary>It learns and judges as a live one does; its findings are counted beside the live one's and go nowhere else.</summary>
    Shadow = 1,

    /// <summary>It sees nothing and knows nothing.</summary>
    Absent = 2,
}
