using Millwright.Alerts;
using Millwright.Energy;
using Millwright.Quality;

namespace Millwright.Grains.Twins;

/// <summary>
/// One thing that a twin owes another grain. It leaves after the checkpoint that holds it, in order; exactly one member is set.
/// </summary>
public sealed record TwinEffect
{
    public AlertEvent? Alert { get; init; }

    public ConsumptionInterval? Consumption { get; init; }

    public StepResult? Step { get; init; }
}
