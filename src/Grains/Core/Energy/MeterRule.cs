namespace Millwright.Core.Energy;

/// <summary>One meter of a twin, already validated.</summary>
public sealed record MeterRule
{
    /// <summary>Unique in its asset; state is kept under it.</summary>
    public required string Id { get; init; }

    /// <summary>Index into the twin's metric table.</summary>
    public required int Metric { get; init; }

    /// <summary>True: the metric is a register that counts up. False: it is a rate per hour.</summary>
    public bool IsCounter { get; init; }

    /// <summary>Quantity per unit of the metric.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>A rate holds for at most this long after its sample; the time beyond is not measured. At most a day.</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromMinutes(10);
}
