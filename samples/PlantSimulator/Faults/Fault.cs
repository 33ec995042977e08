namespace Millwright.Simulation.Faults;

/// <summary>One fault as scheduled; times are offsets from the start of the simulation.</summary>
public sealed record Fault
{
    /// <summary>Name of the asset (without namespace); of the gateway for <see cref="FaultKind.DeadGateway"/>.</summary>
    public required string Asset { get; init; }

    public required FaultKind Kind { get; init; }

    public required TimeSpan Start { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>From the first trace to full effect; zero is a step.</summary>
    public TimeSpan Ramp { get; init; }

    /// <summary>Metric of a <see cref="FaultKind.DeadSensor"/>; empty otherwise.</summary>
    public string Metric { get; init; } = "";

    public TimeSpan End => Start + Duration;

    /// <summary>Effect from 0 (none) to 1 (full) at an offset; [Start, End) is half-open.</summary>
    public double LevelAt(TimeSpan offset)
    {
        if (offset < Start || offset >= End)
        {
            return 0;
        }

        return Ramp <= TimeSpan.Zero ? 1 : Math.Min(1, (offset - Start) / Ramp);
    }
}
