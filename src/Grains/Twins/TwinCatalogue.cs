using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>Knows what each twin computes: from the plant model, or by default for an asset that nobody modelled.</summary>
public sealed class TwinCatalogue(PlantModel plant)
{
    /// <param name="known">Metrics that an unmodelled asset has shown so far; of no meaning for a modelled one.</param>
    public TwinBlueprint For(string assetId, IReadOnlyList<TwinMetric> known) =>
        plant.Assets.TryGetValue(assetId, out AssetDefinition? asset) ? BlueprintCompiler.Compile(asset) : BlueprintCompiler.Default(assetId, known);
}
