namespace Millwright.Plant;

public sealed record MeterDefinition
{
    /// <summary>Unique in its asset.</summary>
    public required string Id { get; init; }

    /// <summary>The metric it reads.</summary>
    public required string Metric { get; init; }

    /// <summary><c>electricity</c>, <c>compressed-air</c>, <c>water</c>, <c>gas</c> or <c>steam</c>.</summary>
    public required string Medium { get; init; }

    /// <summary>Unit of the counted quantity, e.g. <c>kWh</c>, <c>m3</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// True: the metric counts up (a register, safe over resets). False: it is a rate per hour (kW, m3/h) and is integrated over event
    /// time.
    /// </summary>
    public bool IsCounter { get; init; }

    /// <summary>Quantity per unit of the metric; 0.001 for W and kWh, 1 for kW and kWh.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Longest gap that is bridged by the last rate; beyond it the time counts as not measured.</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Allowed consumption per hour while idle, in <see cref="Unit"/>; null switches the idle judgement off.</summary>
    public double? IdleBenchmark { get; init; }

    /// <summary>Where the benchmark comes from; shown with each finding.</summary>
    public string BenchmarkOrigin { get; init; } = "plant model";

    /// <summary>Idle above the benchmark for this long before it is called waste.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Price per <see cref="Unit"/>.</summary>
    public double Price { get; init; }

    public string Currency { get; init; } = "EUR";

    /// <summary>Kilograms of CO2 equivalent per <see cref="Unit"/>.</summary>
    public double Co2 { get; init; }
}
