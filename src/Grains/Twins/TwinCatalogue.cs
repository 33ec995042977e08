using Millwright.Core.Detection;
using Millwright.Core.Expressions;
using Millwright.Detectors;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>Knows what each twin computes: from the plant model, or by default for an asset that nobody modelled.</summary>
public sealed class TwinCatalogue(PlantModel plant, DetectorLibrary? detectors = null)
{
    private readonly FleetModels fleets = new(plant);

    /// <summary>
    /// What the model asks for and no detector can do; empty when every twin can be made. Found at start, not at a twin's first sample.
    /// </summary>
    public static IEnumerable<string> Faults(PlantModel plant, DetectorLibrary? detectors = null) =>
        DetectorFaults(plant, detectors).Concat(new FleetModels(plant).Faults());

    private static IEnumerable<string> DetectorFaults(PlantModel plant, DetectorLibrary? detectors) =>
        from asset in plant.Assets.Values.OrderBy(a => a.Id.ToString(), StringComparer.Ordinal)
        from detector in asset.Detectors
        let fault = Fault(asset, detector, detectors ?? DetectorLibrary.Empty)
        where fault is not null
        select $"{asset.Id}: detector '{detector.Id}' {fault}";

    /// <param name="known">Metrics that an unmodelled asset has shown so far; of no meaning for a modelled one.</param>
    public TwinBlueprint For(string assetId, IReadOnlyList<TwinMetric> known) =>
        plant.Assets.TryGetValue(assetId, out AssetDefinition? asset)
            ? FleetModels.Complete(BlueprintCompiler.Compile(asset, detectors ?? DetectorLibrary.Empty), asset, fleets)
            : BlueprintCompiler.Default(assetId, known);

    private static string? Fault(AssetDefinition asset, DetectorDefinition detector, DetectorLibrary library)
    {
        if (library.Find(detector.Kind) is not { } kind)
        {
            return null;
        }

        if (kind.Name == ExpressionParameters.Name)
        {
            return BlueprintCompiler.Program(detector, asset, out ExpressionFault? fault) is null
                ? $"has a fault in its expression, {fault}. docs/expressions.md has the language." : null;
        }

        var numeric = asset.Metrics.Where(m => !m.IsText).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        int watched = detector.Metrics.Count > 0 ? detector.Metrics.Count(numeric.Contains) : numeric.Count;
        return watched < kind.MinMetrics || detector.Metrics.Count > kind.MaxMetrics
            ? $"watches {watched} numeric metrics; kind '{kind.Name}' takes {kind.MinMetrics} to {kind.MaxMetrics}." : null;
    }
}
