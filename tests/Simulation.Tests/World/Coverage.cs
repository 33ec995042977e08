namespace Millwright.Simulation.Tests.World;

/// <summary>What the runs went through: a simulation in which nothing happens passes too.</summary>
internal sealed record Coverage
{
    public long Runs { get; set; }

    public long Events { get; set; }

    public long Kills { get; set; }

    public long PowerCuts { get; set; }

    public long StoreCommitsLost { get; set; }

    public long TailsCut { get; set; }

    public long Rotten { get; set; }

    public long DiskFaults { get; set; }

    public long Samples { get; set; }

    public long Redelivered { get; set; }

    public long Alerts { get; set; }

    public long Windows { get; set; }

    /// <summary>Changes of detectors that stand in the end.</summary>
    public long Changes { get; set; }

    /// <summary>Sums of energy by meter and state that were compared.</summary>
    public long Consumed { get; set; }

    public static Coverage operator +(Coverage left, Coverage right) => new()
    {
        Runs = left.Runs + right.Runs,
        Events = left.Events + right.Events,
        Kills = left.Kills + right.Kills,
        PowerCuts = left.PowerCuts + right.PowerCuts,
        StoreCommitsLost = left.StoreCommitsLost + right.StoreCommitsLost,
        TailsCut = left.TailsCut + right.TailsCut,
        Rotten = left.Rotten + right.Rotten,
        DiskFaults = left.DiskFaults + right.DiskFaults,
        Samples = left.Samples + right.Samples,
        Redelivered = left.Redelivered + right.Redelivered,
        Alerts = left.Alerts + right.Alerts,
        Windows = left.Windows + right.Windows,
        Changes = left.Changes + right.Changes,
        Consumed = left.Consumed + right.Consumed,
    };
}
