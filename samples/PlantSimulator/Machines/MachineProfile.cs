using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>What every machine is given: its place, its voice and its fate.</summary>
internal sealed record MachineProfile
{
    public required string Name { get; init; }

    public required string Area { get; init; }

    /// <summary>Null for utilities.</summary>
    public ProductionLine? Line { get; init; }

    public string Gateway { get; init; } = "";

    public required Source Source { get; init; }

    /// <summary>Ticks between two readings.</summary>
    public required int Every { get; init; }

    public required FaultTrack Faults { get; init; }

    public required Noise Noise { get; init; }
}
