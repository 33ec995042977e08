namespace Millwright.Plant;

public sealed record WindowDefinition
{
    /// <summary><c>tumbling</c>, <c>hopping</c> or <c>session</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Tumbling and hopping: 1 s to 7 d.</summary>
    public TimeSpan Size { get; init; }

    /// <summary>Hopping: divides the size.</summary>
    public TimeSpan Hop { get; init; }

    /// <summary>Session: exclusive; a pause of exactly this length keeps the session open.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>Empty means all numeric metrics.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];
}
