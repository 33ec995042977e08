namespace Millwright.Plant;

/// <summary>
/// What assets of one kind have in common. What an asset's own entry of the same name (metric name, detector id, …) says replaces what
/// the type says; the rest is kept.
/// </summary>
public sealed record AssetTypeDefinition
{
    public required string Name { get; init; }

    /// <summary>Type whose entries this one starts from; empty for none.</summary>
    public string Extends { get; init; } = "";

    public IReadOnlyList<MetricDefinition> Metrics { get; init; } = [];

    public IReadOnlyList<DetectorDefinition> Detectors { get; init; } = [];

    public IReadOnlyList<OperatingStateDefinition> States { get; init; } = [];

    public IReadOnlyList<MeterDefinition> Meters { get; init; } = [];

    public IReadOnlyList<WindowDefinition> Windows { get; init; } = [];

    /// <summary>Metric that says how hard it works: peers are compared under the same load. Empty for none.</summary>
    public string Load { get; init; } = "";

    /// <summary>Null: no fleet's model is asked.</summary>
    public PrognosisDefinition? Prognosis { get; init; }

    public TimePolicy Time { get; init; } = new();
}
