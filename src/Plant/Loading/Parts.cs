namespace Millwright.Plant.Loading;

/// <summary>What types and assets have in common.</summary>
internal sealed record Parts
{
    public static Parts None { get; } = new();

    public IReadOnlyList<MetricDefinition> Metrics { get; init; } = [];

    public IReadOnlyList<DetectorDefinition> Detectors { get; init; } = [];

    public IReadOnlyList<OperatingStateDefinition> States { get; init; } = [];

    public IReadOnlyList<MeterDefinition> Meters { get; init; } = [];

    public IReadOnlyList<WindowDefinition> Windows { get; init; } = [];

    public string Load { get; init; } = "";

    public PrognosisDefinition? Prognosis { get; init; }

    public TimePolicy Time { get; init; } = new();
}
