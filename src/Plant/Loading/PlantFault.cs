namespace Millwright.Plant;

/// <summary>One fault of the plant's files: where, what, and what to do.</summary>
public sealed record PlantFault
{
    /// <summary>File name relative to the plant folder; empty when it concerns the folder.</summary>
    public required string File { get; init; }

    /// <summary>1-based; 0 when it concerns the whole file.</summary>
    public required int Line { get; init; }

    /// <summary>1-based; 0 when it concerns the whole file.</summary>
    public required int Column { get; init; }

    /// <summary>Key path, e.g. <c>assets.pump-01.metrics.vibration.unit</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Stable code, e.g. <c>plant.key.unknown</c>; docs/plant-model.md lists them.</summary>
    public required string Code { get; init; }

    public required string Message { get; init; }

    public required string Advice { get; init; }

    public override string ToString() => $"{File}:{Line}:{Column}: {Path}: {Message} [{Code}] {Advice}".TrimEnd();
}
