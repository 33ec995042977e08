namespace Millwright.Twins;

public enum DetectorCommandKind
{
    /// <summary>Let a new version run beside the live one.</summary>
    Shadow = 0,

    /// <summary>Make the shadow live.</summary>
    Promote = 1,

    /// <summary>Make the version before live again.</summary>
    Rollback = 2,

    /// <summary>End the shadow.</summary>
    Drop = 3,
}
