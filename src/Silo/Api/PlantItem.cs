using Millwright.Plant;

namespace Millwright.Silo.Api;

internal sealed record PlantItem(IReadOnlyList<PlantLine> Lines, IReadOnlyList<PlantAsset> Assets, bool AcceptUnmodelled)
{
    public static PlantItem Of(PlantModel model, string? line)
    {
        List<AssetDefinition> assets = [.. model.Assets.Values
            .Where(a => line is null || a.Location.LineKey == line)
            .OrderBy(a => a.Id.ToString(), StringComparer.Ordinal)];

        // A line that only assets name is a line nevertheless.
        IEnumerable<string> keys = model.Lines.Keys.Concat(assets.Where(a => a.Location.Line.Length > 0).Select(a => a.Location.LineKey))
            .Where(k => line is null || k == line).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new PlantItem(
            [.. keys.Select(k => PlantLine.Of(k, model.Lines.GetValueOrDefault(k), assets))],
            [.. assets.Select(PlantAsset.Of)],
            model.AcceptUnmodelled);
    }
}

internal sealed record PlantLine(string Key, string Name, IReadOnlyList<string> Assets, IReadOnlyList<PlantStep> Steps)
{
    public static PlantLine Of(string key, LineDefinition? line, IReadOnlyList<AssetDefinition> assets) => new(
        key,
        line?.Name ?? key[(key.LastIndexOf('/') + 1)..],
        [.. assets.Where(a => a.Location.LineKey == key).Select(a => a.Id.ToString())],
        [.. (line?.Steps ?? [])
            .Select(s =>
            new PlantStep(s.Name, s.Severity, [.. s.Limits.Select(l => new PlantLimit(l.Parameter, l.Unit, l.Lower, l.Upper))]))]);
}

internal sealed record PlantStep(string Name, int Severity, IReadOnlyList<PlantLimit> Limits);

internal sealed record PlantLimit(string Parameter, string Unit, double? Lower, double? Upper);

internal sealed record PlantAsset(
    string Id,
    string Type,
    string DisplayName,
    Location Location,
    int Criticality,
    string Gateway,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<PlantMetric> Metrics,
    IReadOnlyList<PlantDetector> Detectors,
    IReadOnlyList<PlantState> States,
    IReadOnlyList<PlantMeter> Meters,
    IReadOnlyList<PlantWindow> Windows,
    double IdleTimeoutSeconds)
{
    public static PlantAsset Of(AssetDefinition asset) => new(
        asset.Id.ToString(),
        asset.Type,
        asset.DisplayName,
        asset.Location,
        asset.Criticality,
        asset.Gateway,
        asset.Attributes,
        [.. asset.Metrics.Select(m => new PlantMetric(m.Name, m.Unit, m.Minimum, m.Maximum, m.ExpectedInterval?.TotalSeconds, m.IsText))],
        [.. asset.Detectors
            .Select(d =>
            new PlantDetector(d.Id, d.Kind, d.Metrics, d.AlertName, d.Severity, d.Audiences, d.Category, d.States, d.Parameters,
            d.Recommendation, d.Version))],
        [.. asset.States.Select(s => new PlantState(s.Name, s.IsRunning, s.IsIdle))],
        [.. asset.Meters
            .Select(m => new PlantMeter(m.Id, m.Metric, m.Medium, m.Unit, m.IdleBenchmark, m.BenchmarkOrigin, m.Price, m.Currency))],
        [.. asset.Windows.Select(w => new PlantWindow(w.Kind, w.Size.TotalSeconds, w.Hop.TotalSeconds, w.Gap.TotalSeconds, w.Metrics))],
        asset.Time.IdleTimeout.TotalSeconds);
}

internal sealed record PlantMetric(string Name, string Unit, double? Minimum, double? Maximum, double? ExpectedIntervalSeconds,
    bool IsText);

internal sealed record PlantDetector(
    string Id,
    string Kind,
    IReadOnlyList<string> Metrics,
    string AlertName,
    int Severity,
    IReadOnlyList<string> Audiences,
    string Category,
    IReadOnlyList<string> States,
    IReadOnlyDictionary<string, double> Parameters,
    string Recommendation,
    string Version);

internal sealed record PlantState(string Name, bool IsRunning, bool IsIdle);

internal sealed record PlantMeter(
    string Id, string Metric, string Medium, string Unit, double? IdleBenchmark, string BenchmarkOrigin, double Price, string Currency);

internal sealed record PlantWindow(string Kind, double SizeSeconds, double HopSeconds, double GapSeconds, IReadOnlyList<string> Metrics);
