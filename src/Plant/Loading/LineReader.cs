namespace Millwright.Plant.Loading;

internal sealed class LineReader(PlantSite site, FaultList faults)
{
    private readonly Dictionary<string, LineDefinition> lines = new(StringComparer.Ordinal);

    /// <summary>Their metrics are looked for once the assets are known.</summary>
    private readonly List<(string Line, Section Section, string Metric)> curves = [];

    public IReadOnlyDictionary<string, LineDefinition> Lines => lines;

    public void Read(string name, YamlNode node, string path)
    {
        string[] parts = name.Split('/');
        if (parts.Length > 3 || parts.Any(p => !NamedEntries.IsName(p)))
        {
            faults.Add(node, path, "plant.name.invalid", $"'{name}' is no line.", "Write line, area/line or site/area/line.");
            return;
        }

        string key = parts.Length == 3 || site.Name.Length == 0 ? name : $"{site.Name}/{name}";
        var section = new Section(node, path, "line", faults);
        var line = new LineDefinition { Key = key, Name = section.Text("name", parts[^1], PlantLimits.MaxName),
            Steps = ReadSteps(key, section) };
        if (!lines.TryAdd(key, line))
        {
            faults.Add(node, path, "plant.key.duplicate", $"The line '{key}' is there twice.", "Keep one of them.");
        }
    }

    /// <summary>Lines that assets name without an entry of their own exist too; they only have no step limits.</summary>
    public void AddImplied(IEnumerable<Location> locations)
    {
        foreach (Location location in locations.Where(l => l.Line.Length > 0))
        {
            if (!lines.ContainsKey(location.LineKey))
            {
                lines.Add(location.LineKey, new LineDefinition { Key = location.LineKey, Name = location.Line });
            }
        }
    }

    /// <summary>A curve that no asset of the line has would never be judged, and nobody would be told.</summary>
    public void CheckCurves(IReadOnlyCollection<AssetDefinition> assets)
    {
        foreach ((string line, Section section, string metric) in curves)
        {
            AssetDefinition[] there = [.. assets.Where(a => a.Location.Line.Length > 0 && a.Location.LineKey == line)];
            IReadOnlyCollection<AssetDefinition> owners = there.Length > 0 ? there : assets;
            string[] known = [.. owners.SelectMany(a => a.Blocks).Where(b => b.Kind == BlockKind.Curve).Select(b => b.Metric).Distinct()];
            if (owners.Count > 0 && !known.Contains(metric))
            {
                section.Fault(
                    "plant.reference.unknown", "metric",
                    $"No asset of the line has a metric '{metric}' that comes as a curve.",
                    Suggestion.For(metric, known, "Name a metric that has 'derive: { kind: curve }'."));
            }
        }
    }

    private List<StepDefinition> ReadSteps(string key, Section line)
    {
        var steps = new List<StepDefinition>();
        foreach ((string name, YamlNode node, string path) in line.Entries("steps", 1_000))
        {
            if (!NamedEntries.IsName(name))
            {
                faults.Add(node, path, "plant.name.invalid", $"'{name}' is no step name.",
                    $"1 to {PlantLimits.MaxName} printable characters.");
                continue;
            }

            var section = new Section(node, path, "step", faults);
            steps.Add(new StepDefinition { Name = name, Severity = section.Integer("severity", 700, 1, 1000),
                Limits = ReadLimits(section), Curve = ReadCurve(key, section) });
        }

        return steps;
    }

    private CurveDefinition? ReadCurve(string line, Section step)
    {
        if (step.Find("curve") is null)
        {
            return null;
        }

        Section curve = step.Child("curve", "curve");
        string metric = curve.Required("metric", "", "Name the metric that has 'derive: { kind: curve }'.");
        if (metric.Length > 0)
        {
            curves.Add((line, curve, metric));
        }

        return new CurveDefinition
        {
            Metric = metric,
            Programme = curve.Text("programme", "", PlantLimits.MaxName),
            Threshold = curve.Number("threshold", 50, 5, 1_000)!.Value,
            WarmUp = curve.Integer("warmUp", 20, 8, 1_000),
            Version = curve.Text("version", "1", PlantLimits.MaxName),
        };
    }

    private List<LimitDefinition> ReadLimits(Section step)
    {
        var limits = new List<LimitDefinition>();
        foreach ((string name, YamlNode node, string path) in step.Entries("limits", PlantLimits.MaxMetrics))
        {
            var section = new Section(node, path, "limit", faults);
            var limit = new LimitDefinition
            {
                Parameter = name, Unit = section.Text("unit", "", 64), Lower = section.Number("lower", null),
                    Upper = section.Number("upper", null),
            };
            if (!NamedEntries.IsName(name))
            {
                faults.Add(node, path, "plant.name.invalid", $"'{name}' is no parameter name.",
                    $"1 to {PlantLimits.MaxName} printable characters.");
            }

            if (limit.Lower is null && limit.Upper is null)
            {
                section.Fault("plant.key.missing", "upper", "A limit has a lower or an upper bound.", "Write lower, upper or both.");
            }

            if (limit.Lower > limit.Upper)
            {
                section.Fault("plant.value.range", "lower", $"lower {limit.Lower} is above upper {limit.Upper}.", "Swap them.");
            }

            limits.Add(limit);
        }

        return limits;
    }
}
