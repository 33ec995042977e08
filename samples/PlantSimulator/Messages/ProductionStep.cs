namespace Millwright.Simulation.Messages;

/// <summary>The parameters that a station measured while it worked on one unit.</summary>
internal sealed record ProductionStep(string Unit, string Step, IReadOnlyList<(string Name, double Value)> Parameters);
