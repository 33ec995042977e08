using Millwright.Simulation.Faults;

namespace Millwright.Simulation;

public sealed record SimulationOptions
{
    /// <summary>Same seed and start: the same bytes.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Event time of the first tick; whole milliseconds, because the wire carries no more.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Null: <see cref="FaultSchedule.Demo"/>. Empty: a healthy plant.</summary>
    public IReadOnlyList<Fault>? Faults { get; init; }
}
