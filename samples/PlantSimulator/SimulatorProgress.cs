namespace Millwright.Simulation;

/// <param name="EventTime">Everything before it has been published.</param>
public readonly record struct SimulatorProgress(DateTimeOffset EventTime, long Messages);
