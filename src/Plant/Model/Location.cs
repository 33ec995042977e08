namespace Millwright.Plant;

/// <summary>Place in the ISA-95 hierarchy; empty where the model names none.</summary>
public sealed record Location
{
    public string Enterprise { get; init; } = "";

    public string Site { get; init; } = "";

    public string Area { get; init; } = "";

    public string Line { get; init; } = "";

    public string Cell { get; init; } = "";

    /// <summary>Key of the line's grains: <c>site/area/line</c> without empty parts; the site alone when there is no line.</summary>
    public string LineKey => string.Join('/', new[] { Site, Line.Length == 0 ? "" : Area, Line }.Where(p => p.Length > 0));
}
