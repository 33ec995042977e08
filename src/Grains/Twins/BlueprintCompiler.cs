using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.Expressions;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Detectors;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>Compiles an asset of the plant model to what the core computes with: names become indices into the metric table.</summary>
internal static class BlueprintCompiler
{
    /// <param name="changes">Made while it ran; null for none.</param>
    public static TwinBlueprint Compile(AssetDefinition asset, DetectorLibrary library, IReadOnlyList<DetectorChange>? changes = null)
    {
        Dictionary<string, int> indices = asset.Metrics.Select((m, i) =>
            (m.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        ImmutableArray<int> Indices(IReadOnlyList<string> names) => [.. names.Select(n => indices[n])];
        DetectorEntry Entry(DetectorDefinition detector) => new(
            DetectorEntry.IdentityOf(detector), Detector(detector, asset, library), detector);
        bool IsHere(DetectorDefinition detector) =>
            detector.Metrics.All(indices.ContainsKey) && detector.States.All(n => asset.States.Any(s => s.Name == n))
            && TwinCatalogue.Fault(asset, detector, library) is null && library.Validate(detector.Kind, detector.Parameters).Count == 0;
        IEnumerable<DetectorEntry> standard = Defaults(asset.Metrics.Select((m, i) =>
            (m, i)).Where(p => !p.m.IsText).Select(p => KeyValuePair.Create(p.i, p.m.ExpectedInterval)));
        var rosters = new DetectorRosters(
            [.. asset.Detectors.Any(d => !d.IsShadow) ? [] : standard, .. asset.Detectors.Select(Entry)],
            standard,
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
                    MaxSourceLag = asset.Time.MaxSourceLag,
                },
            },
        };
    }

    private static ImmutableDictionary<string, AlertPolicy> Policies(IEnumerable<DetectorEntry> entries)
    {
        ImmutableDictionary<string, AlertPolicy>.Builder policies = ImmutableDictionary.CreateBuilder<string,
            AlertPolicy>(StringComparer.Ordinal);
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
        Kind = Enum.Parse<WindowKind>(window.Kind.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
        Size = window.Size,
        Hop = window.Hop,
        Gap = window.Gap,
        Metrics = metrics,
        Samples = window.Samples,
        IsEvery = window.IsEvery,
        States = [.. window.States],
        Aggregates = window.Aggregates.Aggregate(WindowAggregates.None, (all, name) => all | Aggregate(name)),
        Quantiles = [.. window.Aggregates.Select(WindowDefinition.Quantile).OfType<double>().Distinct().Order()],
    };

    /// <summary>The default aggregates are always there.</summary>
    private static WindowAggregates Aggregate(string name) => name switch
    {
        "rms" => WindowAggregates.RootMeanSquare,
        "kurtosis" => WindowAggregates.Kurtosis,
        "rate" => WindowAggregates.Rate,
        "counter-rate" => WindowAggregates.CounterRate,
        "time-weighted-mean" => WindowAggregates.TimeWeightedMean,
        _ => WindowDefinition.Quantile(name) is null ? WindowAggregates.None : WindowAggregates.Quantiles,
    };

    private static MeterRule Meter(MeterDefinition meter, Dictionary<string, int> indices) => new()
    {
        Id = meter.Id,
        Metric = indices[meter.Metric],
        IsCounter = meter.IsCounter,
        Scale = meter.Scale,
        MaxGap = meter.MaxGap,
    };

    /// <summary>The metrics that are named, in that order; else the first numeric ones, as many as the kind takes.</summary>
    private static ImmutableArray<int> Watched(DetectorDefinition detector, AssetDefinition asset, DetectorLibrary library)
    {
        int most = library.Find(detector.Kind)?.MaxMetrics ?? int.MaxValue;
        IEnumerable<int> all = Enumerable.Range(0, asset.Metrics.Count);
        return detector.Metrics.Count > 0
            ? [.. detector.Metrics.Select(name => all.First(i => asset.Metrics[i].Name == name))]
            : [.. all.Where(i => !asset.Metrics[i].IsText).Take(most)];
    }

    /// <summary>Null when the condition has a fault, or is none.</summary>
    public static ExpressionProgram? Program(DetectorDefinition detector, AssetDefinition asset, out ExpressionFault? fault) =>
        ExpressionProgram.TryCompile(
            detector.Expression, [.. asset.Metrics.Select((m, i) => new ExpressionMetric(m.Name, i, m.Unit, m.IsText))], out fault);

    private static DetectorRule Detector(
        DetectorDefinition detector, AssetDefinition asset, DetectorLibrary library)
    {
        DetectorIdentity identity = DetectorEntry.IdentityOf(detector);
        string parameters = DetectorEntry.ParametersOf(detector);
        if (detector.Kind == ExpressionParameters.Name)
        {
            ExpressionProgram? program = Program(detector, asset, out ExpressionFault? fault);
            Core.Invariant.Holds(program is not null, $"{asset.Id}: {detector.Id}: {fault}");
            return new DetectorRule
            {
                Metrics = program.Metrics,
                Parameters = parameters,
                Create = () => DetectorFactory.Create(identity, program, detector.Parameters, detector.States.ToImmutableArray()),
            };
        }

        ImmutableArray<int> metrics = Watched(detector, asset, library);
        if (library.Own(detector.Kind) is { } own)
        {
            (int, string)[] named = [.. metrics.Select(m => (m, asset.Metrics[m].Name))];
            return new DetectorRule
            {
                Metrics = metrics,
                Parameters = parameters,
                Create = () => DetectorFactory.Gated(
                    new ReactiveAdapter(identity, own, named, detector.Parameters), detector.States.ToImmutableArray()),
            };
        }

        return new DetectorRule
        {
            Metrics = metrics,
            Parameters = parameters,
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
