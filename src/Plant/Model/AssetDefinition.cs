namespace Millwright.Plant;

/// <summary>One asset as modelled, with what it inherits from its type already merged in.</summary>
public sealed record AssetDefinition
{
    public required AssetId Id { get; init; }

    /// <summary>Name of its type.</summary>
    public required string Type { get; init; }

    /// <summary>Name for people; the id's name when the model has none.</summary>
    public required string DisplayName { get; init; }

    public Location Location { get; init; } = new();

    /// <summary>1 (least) to 5 (safety class).</summary>
    public int Criticality { get; init; } = 3;

    /// <summary>Edge node through which it speaks; empty for none.</summary>
    public string Gateway { get; init; } = "";

    /// <summary>Static attributes for queries, e.g. manufacturer, serial number.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<MetricDefinition> Metrics { get; init; } = [];

    /// <summary>Of the metrics that come as blocks; what is derived from them is among <see cref="Metrics"/>.</summary>
    public IReadOnlyList<BlockDefinition> Blocks { get; init; } = [];

    public IReadOnlyList<DetectorDefinition> Detectors { get; init; } = [];

    /// <summary>In order of precedence; the first whose conditions hold is the operating state.</summary>
    public IReadOnlyList<OperatingStateDefinition> States { get; init; } = [];

    public IReadOnlyList<MeterDefinition> Meters { get; init; } = [];

    public IReadOnlyList<WindowDefinition> Windows { get; init; } = [];

    /// <summary>Metric that says how hard it works: peers are compared under the same load. Empty for none.</summary>
    public string Load { get; init; } = "";

    /// <summary>Null: no fleet's model is asked.</summary>
    public PrognosisDefinition? Prognosis { get; init; }

    public TimePolicy Time { get; init; } = new();
}
