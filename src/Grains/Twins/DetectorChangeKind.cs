namespace Millwright.Grains.Twins;

public enum DetectorChangeKind
{
    /// <summary>A detector begins to run beside the live one.</summary>
    Shadow = 0,

    /// <summary>The shadow becomes live, and what was live its shadow.</summary>
    Promote = 1,

    /// <summary>The version before becomes live again, and the promoted one its shadow.</summary>
    Rollback = 2,

    /// <summary>The shadow ends.</summary>
    Drop = 3,

    /// <summary>The plant's files have said something else since: the changes before this were let go. It changes nothing itself.</summary>
    Overruled = 4,
}
