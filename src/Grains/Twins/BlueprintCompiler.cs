using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>Compiles an asset of the plant model to what the core computes with: names become indices into the metric table.</summary>
internal static class BlueprintCompiler
{
    public static TwinBlueprint Compile(AssetDefinition asset, IReadOnlyList<DetectorChange>? changes = null)
    {
        Dictionary<string, int> indices = asset.Metrics.Select((m, i) =>
            (m.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        ImmutableArray<int> Indices(IReadOnlyList<string> names) => [.. names.Select(n => indices[n])];
        DetectorEntry Entry(DetectorDefinition detector) => new(
            DetectorEntry.IdentityOf(detector), Detector(detector, Watched(detector, asset, Indices)), detector);
        bool IsHere(DetectorDefinition detector) =>
            detector.Metrics.All(indices.ContainsKey) && detector.States.All(n => asset.States.Any(s => s.Name == n))
            && TwinCatalogue.Fault(asset, detector) is null && DetectorParameters.Validate(detector.Kind, detector.Parameters).Count == 0;
        var rosters = new DetectorRosters(
            [
                .. asset.Detectors.Any(d => !d.IsShadow) ? [] : Defaults(asset.Metrics.Select((m, i) =>
                    (m, i)).Where(p => !p.m.IsText).Select(p => KeyValuePair.Create(p.i, p.m.ExpectedInterval))),
                .. asset.Detectors.Select(Entry),
            ],
            changes ?? [],
            d => IsHere(d) ? Entry(d) : null);
        DetectorEntry[] entries = [.. rosters.Entries];
        return new TwinBlueprint
        {
            AssetId = asset.Id.ToString(),
            IsModelled = true,
            WatchesForSilence = entries.Any(e => e.Identity.Kind == SilenceParameters.Name),
            Rosters = rosters,
            LineKey = asset.Location.LineKey is { Length: > 0 } key ? key : asset.Id.Namespace,
            Policies = Policies(entries),
            Meters = [.. asset.Meters.Select(m => (m.Medium, m.Unit))],
            Definition = new TwinDefinition
            {
                Metrics = [.. asset.Metrics.Select(Metric)],
                States = [.. asset.States.Select(s => State(s, indices))],
                Windows = [.. asset.Windows.Select(w => Window(w, Indices(w.Metrics)))],
                Meters = [.. asset.Meters.Select(m => Meter(m, indices))],
                Detectors = [.. entries.Select(e => e.Rule)],
                Time = new TimeRule
                {
                    Disorder = asset.Time.Disorder,
                    AllowedLateness = asset.Time.AllowedLateness,
                    MaxClockSkew = asset.Time.MaxClockSkew,
                    IdleTimeout = asset.Time.IdleTimeout,
                },
            },
        };
    }

    private static ImmutableDictionary<string, AlertPolicy> Policies(IEnumerable<DetectorEntry> entries)
    {
        ImmutableDictionary<string, AlertPolicy>.Builder policies = ImmutableDictionary.CreateBuilder<string, AlertPolicy>(StringComparer.Ordinal);
        foreach (DetectorEntry entry in entries)
        {
            if (entry.Definition is { } definition)
            {
                policies[entry.Identity.Id + AlertBook.VersionMark + entry.Identity.Version] = Policy(definition);
            }
        }

        return policies.ToImmutable();
    }

    private static MetricRule Metric(MetricDefinition metric) => new()
    {
        Name = metric.Name,
        Unit = metric.Unit,
        Minimum = metric.Minimum,
        Maximum = metric.Maximum,
        ExpectedInterval = metric.ExpectedInterval,
        IsText = metric.IsText,
    };

    private static OperatingStateRule State(OperatingStateDefinition state, Dictionary<string, int> indices) => new()
    {
        Name = state.Name,
        Conditions = [.. state.Conditions.Select(c => new ConditionRule(indices[c.Metric], c.Comparison, c.Value, c.Text))],
        IsRunning = state.IsRunning,
        IsIdle = state.IsIdle,
    };

    private static WindowRule Window(WindowDefinition window, ImmutableArray<int> metrics) => new()
    {
        Kind = Enum.Parse<WindowKind>(window.Kind, ignoreCase: true),
        Size = window.Size,
        Hop = window.Hop,
        Gap = window.Gap,
        Metrics = metrics,
    };

    private static MeterRule Meter(MeterDefinition meter, Dictionary<string, int> indices) => new()
    {
        Id = meter.Id,
        Metric = indices[meter.Metric],
        IsCounter = meter.IsCounter,
        Scale = meter.Scale,
        MaxGap = meter.MaxGap,
    };

    private static ImmutableArray<int> Watched(DetectorDefinition detector, AssetDefinition asset, Func<IReadOnlyList<string>,
        ImmutableArray<int>> indices)
    {
        int most = DetectorKinds.Find(detector.Kind)?.MaxMetrics ?? int.MaxValue;
        return detector.Metrics.Count > 0
            ? indices(detector.Metrics)
            : indices([.. asset.Metrics.Where(m => !m.IsText).Select(m => m.Name).Take(most)]);
    }

    private static DetectorRule Detector(DetectorDefinition detector, ImmutableArray<int> metrics)
    {
        DetectorIdentity identity = DetectorEntry.IdentityOf(detector);
        return new DetectorRule
        {
            Metrics = metrics,
            Parameters = DetectorEntry.ParametersOf(detector),
            Create = () => DetectorFactory.Create(identity, metrics, detector.Parameters, detector.States.ToImmutableArray()),
        };
    }

    private static IEnumerable<DetectorEntry> Defaults(IEnumerable<KeyValuePair<int, TimeSpan?>> metrics) =>
        DetectorDefaults.For([.. metrics]).Select(d => new DetectorEntry(
            d.Identity,
            new DetectorRule
            {
                Metrics = d.Metrics,
                Create = () => DetectorFactory.Create(d.Identity, d.Metrics, d.Parameters),
            },
            null));

    private static AlertPolicy Policy(DetectorDefinition detector) => new()
    {
        AlertName = detector.AlertName,
        Severity = detector.Severity,
        Audiences = detector.Audiences.Aggregate(Audiences.None, (all, name) => all | Enum.Parse<Audiences>(name, ignoreCase: true)),
        Category = Enum.Parse<AlertCategory>(detector.Category, ignoreCase: true),
        Recommendation = detector.Recommendation,
    };
}
