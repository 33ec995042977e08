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
        select $"{asset.Id}: {fault}";

    /// <summary>What this detector asks for and cannot do on this asset; null when it can be made.</summary>
    public string? Fault(AssetDefinition asset, DetectorDefinition detector) => Fault(asset, detector, Library);

    /// <summary>Reads detectors of all kinds there are.</summary>
    public DetectorLoader NewLoader() => new(Library.Validate);

    /// <param name="known">Metrics that an unmodelled asset has shown so far; of no meaning for a modelled one.</param>
    /// <param name="changes">Made while it ran; null for none.</param>
    public TwinBlueprint For(string assetId, IReadOnlyList<TwinMetric> known, IReadOnlyList<DetectorChange>? changes = null)
    {
        AssetDefinition asset = Asset(assetId, known);
        TwinBlueprint blueprint = FleetModels.Complete(BlueprintCompiler.Compile(asset, Library, changes), asset, fleets);
        return plant.Assets.ContainsKey(assetId) ? blueprint : blueprint with
        {
            AssetId = assetId,
            IsModelled = false,
            LineKey = asset.Id.Namespace is { Length: > 0 } site ? site : assetId,
        };
    }

    /// <summary>The asset as detectors are written against it: the modelled one, or what an unmodelled one has shown.</summary>
    public AssetDefinition Asset(string assetId, IReadOnlyList<TwinMetric> known) =>
        plant.Assets.TryGetValue(assetId, out AssetDefinition? asset) ? asset : new AssetDefinition
        {
            Id = AssetId.TryParse(assetId, out AssetId id) ? id : default,
            Type = "",
            DisplayName = assetId,
            Metrics = [.. known.Select(m => new MetricDefinition { Name = m.Name, IsText = m.IsText })],
        };

    /// <summary>A twin of this asset that has one detector, and nothing else that costs time.</summary>
    public TwinBlueprint ForCandidate(string assetId, IReadOnlyList<TwinMetric> known, DetectorDefinition candidate)
    {
        DetectorDefinition alone = candidate with { Id = DetectorEntry.IdentityOf(candidate).Id, IsShadow = false, Beside = "" };
        AssetDefinition asset = Asset(assetId, known) with { Detectors = [alone], Windows = [], Meters = [] };
        return BlueprintCompiler.Compile(asset, Library) with
        {
            AssetId = assetId,
        };
    }

    private DetectorLibrary Library => detectors ?? DetectorLibrary.Empty;

    internal static string? Fault(AssetDefinition asset, DetectorDefinition detector, DetectorLibrary library)
    {
        if (library.Find(detector.Kind) is not { } kind)
        {
            return null;
        }

        if (kind.Name == ExpressionParameters.Name)
        {
            return BlueprintCompiler.Program(detector, asset, out ExpressionFault? fault) is null
                ? $"detector '{detector.Id}' has a fault in its expression, {fault}. docs/expressions.md has the language." : null;
        }

        var numeric = asset.Metrics.Where(m => !m.IsText).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        int watched = detector.Metrics.Count > 0 ? detector.Metrics.Count(numeric.Contains) : numeric.Count;
        return watched < kind.MinMetrics || detector.Metrics.Count > kind.MaxMetrics
            ? $"detector '{detector.Id}' watches {watched} numeric metrics; " +
                $"kind '{kind.Name}' takes {kind.MinMetrics} to {kind.MaxMetrics}."
            : null;
    }
}
