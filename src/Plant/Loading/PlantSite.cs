namespace Millwright.Plant.Loading;

internal sealed record PlantSite
{
    public string Namespace { get; init; } = "";

    public string Enterprise { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The areas there are; empty: any.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];
}
