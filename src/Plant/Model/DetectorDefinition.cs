namespace Millwright.Plant;

/// <summary>One configured detector. Kinds and their parameters: docs/detectors.md.</summary>
public sealed record DetectorDefinition
{
    /// <summary>Unique in its asset, e.g. <c>bearing-temperature</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One of the catalogue, e.g. <c>threshold</c>, <c>novelty</c>, <c>combined</c>, <c>expression</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Metrics it watches; empty means all numeric metrics of the asset.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>Name of its alerts in PascalCase.</summary>
    public required string AlertName { get; init; }

    /// <summary>1 to 1000.</summary>
    public int Severity { get; init; } = 500;

    /// <summary><c>maintenance</c>, <c>quality</c>, <c>energy</c>; at least one.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = ["maintenance"];

    /// <summary><c>machine</c>, <c>instrument</c>, <c>process</c> or <c>energy</c>.</summary>
    public string Category { get; init; } = "machine";

    /// <summary>Operating states in which it judges; empty means all.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Numeric parameters of the kind; durations in seconds.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>();

    /// <summary>The condition of kind <c>expression</c> (docs/expressions.md), at most 2,000 characters; empty for other kinds.</summary>
    public string Expression { get; init; } = "";

    public string Recommendation { get; init; } = "";

    /// <summary>Raised by the owner when the meaning of its parameters changes.</summary>
    public string Version { get; init; } = "1";

    /// <summary>It learns and judges, and its findings are counted and go nowhere else (<c>mode: shadow</c>).</summary>
    public bool IsShadow { get; init; }

    /// <summary>
    /// Id of the live detector that a shadow is compared with, and whose next version it is when it is promoted; empty for its own id.
    /// </summary>
    public string Beside { get; init; } = "";
}
