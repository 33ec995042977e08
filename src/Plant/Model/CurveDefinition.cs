namespace Millwright.Plant;

/// <summary>A curve of a step that is judged by the usual ones of its programme.</summary>
public sealed record CurveDefinition
{
    /// <summary>The metric that derives a curve.</summary>
    public required string Metric { get; init; }

    /// <summary>Parameter of the step that names the programme; empty: all curves of the step are alike.</summary>
    public string Programme { get; init; } = "";

    /// <summary>Score at and above which a curve is unusual, 5 to 1,000; default 50.</summary>
    public double Threshold { get; init; } = 50;

    /// <summary>Curves before the first is judged, 8 to 1,000; default 20.</summary>
    public int WarmUp { get; init; } = 20;

    /// <summary>Another version learns anew.</summary>
    public string Version { get; init; } = "1";
}
