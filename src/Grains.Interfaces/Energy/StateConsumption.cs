using Orleans;

namespace Millwright.Energy;

[GenerateSerializer, Immutable, Alias("millwright.state-consumption")]
public sealed record StateConsumption
{
    /// <summary>Operating state of the plant model, or <c>unknown</c>.</summary>
    [Id(0)] public required string OperatingState { get; init; }

    [Id(1)] public required double Quantity { get; init; }

    [Id(2)] public required TimeSpan Duration { get; init; }
}
