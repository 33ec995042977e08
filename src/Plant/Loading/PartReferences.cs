namespace Millwright.Plant.Loading;

/// <summary>Checks that parts only name metrics and states that their owner has.</summary>
internal static class PartReferences
{
    private const string DefaultPrefix = "default-";

    public static void Check(Section owner, Parts parts)
    {
        IReadOnlyList<MetricDefinition> all = DerivedMetrics.Of(parts.Metrics).Metrics;
        if (all.Count > PlantLimits.MaxMetrics)
        {
            Fault(owner, "metrics", "derive", $"{all.Count} metrics with the derived ones; at most {PlantLimits.MaxMetrics} are accepted.",
                "Derive fewer bands.", "plant.limit");
        }

        foreach (MetricDefinition curve in parts.Metrics.Where(m => m.Derive?.Kind == BlockKind.Curve))
        {
            if (parts.Metrics.FirstOrDefault(m => m.Name == curve.Derive!.Angle) is { Derive: not null } angle)
            {
                Fault(owner, $"metrics.{curve.Name}", "derive",
                    $"The angles of '{curve.Name}' come as '{angle.Name}', of which something is derived itself: no curve would have any.",
                    $"Remove 'derive' from '{angle.Name}', or name another metric.", "plant.value.choice");
            }
        }

        var metrics = all.ToDictionary(m => m.Name, StringComparer.Ordinal);
        var states = parts.States.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (DetectorDefinition detector in parts.Detectors)
        {
            string path = $"detectors.{detector.Id}";
            Require(owner, path, "metrics", "metric", detector.Metrics, metrics.Keys);
            Require(owner, path, "states", "operating state", detector.States, states);
            CheckShadow(owner, parts, detector);
        }

        if (parts.Load.Length > 0 && !metrics.ContainsKey(parts.Load))
        {
            owner.Fault("plant.reference.unknown", "load", $"There is no metric '{parts.Load}'.",
                Suggestion.For(parts.Load, metrics.Keys, Suggestion.Choices(metrics.Keys)));
        }
        else if (parts.Load.Length > 0 && metrics[parts.Load].IsText)
        {
            owner.Fault("plant.value.type", "load", $"'{parts.Load}' is text and no load.", "Name a numeric metric.");
        }

        foreach (MeterDefinition meter in parts.Meters.Where(m => m.Metric.Length > 0))
        {
            Require(owner, $"meters.{meter.Id}", "metric", "metric", [meter.Metric], metrics.Keys);
            if (metrics.TryGetValue(meter.Metric, out MetricDefinition? metric) && metric.IsText)
            {
                Fault(owner, $"meters.{meter.Id}", "metric", $"'{meter.Metric}' is text and cannot be metered.", "Name a numeric metric.");
            }
        }

        foreach (OperatingStateDefinition state in parts.States)
        {
            Require(owner, $"states.{state.Name}", "when", "metric", state.Conditions.Select(c => c.Metric), metrics.Keys);
            foreach (StateCondition condition in state.Conditions)
            {
                CheckOperand(owner, state, condition, metrics);
            }
        }

        for (int i = 0; i < parts.Windows.Count; i++)
        {
            Require(owner, "windows", $"{i}", "metric", parts.Windows[i].Metrics, metrics.Keys);
            Require(owner, "windows", $"{i}", "operating state", parts.Windows[i].States, states);
        }
    }

    private static void CheckShadow(Section owner, Parts parts, DetectorDefinition shadow)
    {
        // Those that an asset without detectors gets are made elsewhere.
        if (shadow.Beside.Length == 0 || shadow.Beside.StartsWith(DefaultPrefix, StringComparison.Ordinal))
        {
            return;
        }

        string path = $"detectors.{shadow.Id}";
        List<DetectorDefinition> live = [.. parts.Detectors.Where(d => !d.IsShadow)];
        Require(owner, path, "beside", "live detector", [shadow.Beside], [.. live.Select(d => d.Id)]);
        if (live.Exists(d => d.Id == shadow.Beside && d.Version == shadow.Version))
        {
            Fault(owner, path, "version", $"'{shadow.Beside}' has version '{shadow.Version}' too.",
                "A shadow is another version of the detector that it runs beside.", "plant.value.choice");
        }

        if (parts.Detectors.Any(d => d.Id != shadow.Id && d.IsShadow && d.Beside == shadow.Beside))
        {
            Fault(owner, path, "beside", $"Another shadow runs beside '{shadow.Beside}'.", "Keep one of them.", "plant.value.choice");
        }
    }

    private static void CheckOperand(
        Section owner, OperatingStateDefinition state, StateCondition condition, Dictionary<string, MetricDefinition> metrics)
    {
        if (metrics.TryGetValue(condition.Metric, out MetricDefinition? metric) && metric.IsText != condition.Text is not null)
        {
            string message = metric.IsText ? $"'{metric.Name}' is text but compared with a number."
                : $"'{metric.Name}' is a number but compared with text.";
            Fault(owner, $"states.{state.Name}", "when", message,
                "Compare text with == \"…\", numbers with a number; 'text: true' makes a metric text.");
        }
    }

    private static void Require(
        Section owner, string entry, string key, string noun, IEnumerable<string> names, IReadOnlyCollection<string> known)
    {
        foreach (string name in names.Where(n => !known.Contains(n)))
        {
            Fault(owner, entry, key, $"There is no {noun} '{name}'.",
                Suggestion.For(name, known, known.Count == 0 ? "" : Suggestion.Choices(known)),
                "plant.reference.unknown");
        }
    }

    // An inherited entry has no place in this owner (its metric was switched off): then the owner's place is shown with the entry's path.
    private static void Fault(Section owner, string entry, string key, string message, string advice, string code = "plant.value.type")
    {
        YamlNode at = owner.Node;
        string[] steps = [.. entry.Split('.', 2), key];
        foreach (string step in steps)
        {
            YamlNode? next = at.Kind switch
            {
                YamlKind.Mapping => at.Members.Find(m => m.Key.Value == step).Value,
                YamlKind.List when int.TryParse(step, out int i) && i < at.Items.Count => at.Items[i],
                _ => null,
            };
            at = next is { IsNull: false } ? next : at;
        }

        string place = char.IsAsciiDigit(key[0]) ? $"{entry}[{key}]" : $"{entry}.{key}";
        owner.Faults.Add(at, owner.PathOf(place), code, message, advice);
    }
}
