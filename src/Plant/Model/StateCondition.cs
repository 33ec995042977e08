namespace Millwright.Plant;

/// <summary>Compares the last value of a metric, a number or (eq, ne only) a text.</summary>
public sealed record StateCondition
{
    public required string Metric { get; init; }

    public required Comparison Comparison { get; init; }

    public double Value { get; init; }

    /// <summary>Set for a text comparison; then <see cref="Value"/> is not used.</summary>
    public string? Text { get; init; }
}
