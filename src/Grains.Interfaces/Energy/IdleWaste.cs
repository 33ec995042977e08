using Orleans;

namespace Millwright.Energy;

/// <summary>One stretch in which an asset idled above its benchmark for longer than allowed.</summary>
[GenerateSerializer, Immutable, Alias("millwright.idle-waste")]
public sealed record IdleWaste
{
    /// <summary>Derived from asset, meter and start.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string AssetId { get; init; }

    [Id(2)] public required string Meter { get; init; }

    [Id(3)] public required string Medium { get; init; }

    [Id(4)] public required string Unit { get; init; }

    [Id(5)] public required DateTimeOffset Start { get; init; }

    [Id(6)] public required DateTimeOffset End { get; init; }

    /// <summary>Consumed above the benchmark while idle, in <see cref="Unit"/>.</summary>
    [Id(7)] public required double Quantity { get; init; }

    /// <summary>In the tariff's currency.</summary>
    [Id(8)] public required double Cost { get; init; }

    [Id(9)] public required string Currency { get; init; }

    /// <summary>Kilograms of CO2 equivalent.</summary>
    [Id(10)] public required double Co2Kilograms { get; init; }

    /// <summary>Allowed rate while idle, in <see cref="Unit"/> per hour.</summary>
    [Id(11)] public required double BenchmarkPerHour { get; init; }

    /// <summary>Where the benchmark comes from, e.g. <c>plant model</c>.</summary>
    [Id(12)] public required string BenchmarkOrigin { get; init; }

    /// <summary>False while the asset still idles.</summary>
    [Id(13)] public required bool IsEnded { get; init; }
}
