using Millwright.Ingest.Log;

namespace Millwright.Simulation.Tests.World;

/// <summary>A bug put in on purpose, to see whether the simulation finds it.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>The inlet acknowledges what is not yet synced.</summary>
    AcknowledgeBeforeFsync,

    /// <summary>A twin delivers alerts before it records them.</summary>
    OutboxBeforeCheckpoint,

    /// <summary>The log takes all bytes of its last segment for records.</summary>
    NoTornTailCut,

    /// <summary>A checkpoint has no positions.</summary>
    PositionNotSaved,
}

/// <summary>What is simulated; with the seed it decides everything.</summary>
internal sealed record RunOptions
{
    public required int Seed { get; init; }

    public PlantedBug Bug { get; init; }

    public LogDurability Durability { get; init; } = LogDurability.Fsync;

    /// <summary>No fault but power cuts, so many at least.</summary>
    public int PowerCutsOnly { get; init; }

    /// <summary>Operators begin, promote, roll back and drop shadows all the while, by draws of their own: the rest is as without.</summary>
    public bool ChangesDetectors { get; init; }

    public int MessagesPerDevice { get; init; } = 28;

    public int Rounds { get; init; } = 90;
}
