using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>One tick as the machines see it.</summary>
/// <param name="Seconds">Length of the tick.</param>
/// <param name="Start">Event time at which the simulation began.</param>
internal readonly record struct Moment(long Tick, TimeSpan Offset, double Seconds, DateTimeOffset Start, Utilities Utilities);
