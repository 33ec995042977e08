using Millwright.Core.Detection;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>Knows what each twin computes: from the plant model, or by default for an asset that nobody modelled.</summary>
public sealed class TwinCatalogue(PlantModel plant)
{
    /// <summary>
    /// What the model asks for and no detector can do; empty when every twin can be made. Found at start, not at a twin's first sample.
    /// </summary>
    public static IEnumerable<string> Faults(PlantModel plant) =>
        from asset in plant.Assets.Values.OrderBy(a => a.Id.ToString(), StringComparer.Ordinal)
        from detector in asset.Detectors
        let fault = Fault(asset, detector)
        where fault is not null
        select $"{asset.Id}: {fault}";

    /// <summary>What this detector asks for and cannot do on this asset; null when it can be made.</summary>
    public static string? Fault(AssetDefinition asset, DetectorDefinition detector)
    {
        if (DetectorKinds.Find(detector.Kind) is not { } kind)
        {
            return null;
        }

        var numeric = asset.Metrics.Where(m => !m.IsText).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        int watched = detector.Metrics.Count > 0 ? detector.Metrics.Count(numeric.Contains) : numeric.Count;
        return watched < kind.MinMetrics || detector.Metrics.Count > kind.MaxMetrics
            ? $"detector '{detector.Id}' watches {watched} numeric metrics; kind '{kind.Name}' takes {kind.MinMetrics} to {kind.MaxMetrics}."
            : null;
    }

    /// <param name="known">Metrics that an unmodelled asset has shown so far; of no meaning for a modelled one.</param>
    /// <param name="changes">Made while it ran; null for none.</param>
    public TwinBlueprint For(string assetId, IReadOnlyList<TwinMetric> known, IReadOnlyList<DetectorChange>? changes = null)
    {
        AssetDefinition asset = Asset(assetId, known);
        TwinBlueprint blueprint = BlueprintCompiler.Compile(asset, changes);
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
        return BlueprintCompiler.Compile(Asset(assetId, known) with { Detectors = [alone], Windows = [], Meters = [] }) with
        {
            AssetId = assetId,
        };
    }
}
