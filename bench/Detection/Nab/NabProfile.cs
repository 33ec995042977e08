namespace Millwright.Bench.Detection.Nab;

/// <summary>What a false row and a missed window cost against the 1 of a window found at its begin.</summary>
internal sealed record NabProfile(string Name, double CostOfFalse, double CostOfMissed)
{
    public static NabProfile Standard { get; } = new("standard", 0.11, 1);

    public static NabProfile LowFp { get; } = new("lowFp", 0.22, 1);

    public static NabProfile LowFn { get; } = new("lowFn", 0.11, 2);
}
