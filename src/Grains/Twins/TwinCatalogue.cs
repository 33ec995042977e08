using Millwright.Core.Detection;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>Knows what each twin computes: from the plant model, or by default for an asset that nobody modelled.</summary>
public sealed class TwinCatalogue(PlantModel plant)
{
    private readonly FleetModels fleets = new(plant);

    /// <summary>
    /// What the model asks for and no detector can do; empty when every twin can be made. Found at start, not at a twin's first sample.
    /// </summary>
    public static IEnumerable<string> Faults(PlantModel plant) => DetectorFaults(plant).Concat(new FleetModels(plant).Faults());

    private static IEnumerable<string> DetectorFaults(PlantModel plant) =>
        from asset in plant.Assets.Values.OrderBy(a => a.Id.ToString(), StringComparer.Ordinal)
        from detector in asset.Detectors
        let kind = DetectorKinds.Find(detector.Kind)
        where kind is not null
        let numeric = asset.Metrics.Where(m => !m.IsText).Select(m => m.Name).ToHashSet(StringComparer.Ordinal)
        let watched = detector.Metrics.Count > 0 ? detector.Metrics.Count(numeric.Contains) : numeric.Count
        where watched < kind.MinMetrics || detector.Metrics.Count > kind.MaxMetrics
        select $"{asset.Id}: detector '{detector.Id}' watches {watched} numeric metrics; " +
            $"kind '{kind.Name}' takes {kind.MinMetrics} to {kind.MaxMetrics}.";

    /// <param name="known">Metrics that an unmodelled asset has shown so far; of no meaning for a modelled one.</param>
    public TwinBlueprint For(string assetId, IReadOnlyList<TwinMetric> known) =>
        plant.Assets.TryGetValue(assetId, out AssetDefinition? asset)
            ? FleetModels.Complete(BlueprintCompiler.Compile(asset), asset, fleets) : BlueprintCompiler.Default(assetId, known);
}
