namespace Millwright.Cli.Drill;

/// <summary>What one drill does.</summary>
internal sealed record DrillOptions
{
    public required int Kills { get; init; }

    /// <summary>Samples per second over all assets.</summary>
    public required double Rate { get; init; }

    public required int Assets { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Shortest and longest time from one start of the silo to the next kill.</summary>
    public required (TimeSpan Min, TimeSpan Max) Gap { get; init; }

    /// <summary>Load before the first kill and after the last recovery.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(3);

    public int Connections { get; init; } = 4;

    /// <summary>Messages per connection that may wait for their acknowledgement.</summary>
    public int InFlight { get; init; } = 500;

    /// <summary>How long nothing may move before a wait is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
