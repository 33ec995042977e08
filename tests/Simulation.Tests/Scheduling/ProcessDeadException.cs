namespace Millwright.Simulation.Tests.Scheduling;

/// <summary>The simulated process is gone: whatever code still runs on its behalf is unwound, and can change nothing any more.</summary>
internal sealed class ProcessDeadException() : Exception("The simulated process is dead.");
