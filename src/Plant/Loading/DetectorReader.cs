namespace Millwright.Plant.Loading;

internal sealed class DetectorReader(Func<string, IReadOnlyDictionary<string, double>, IReadOnlyList<string>>? detectorFaults)
{
    private const string Expression = "expression";
    private const int MaxExpression = 2_000;
    private static readonly string[] Kinds =
    [
        "threshold", "rate-of-change", "spike", "robust-z", "level-shift", "trend", "seasonal", "stuck", "silence", "mahalanobis", "t2-spe",
        "half-space-trees", "novelty", "joint-level", "combined", "health", Expression,
    ];
    private static readonly string[] Modes = ["live", "shadow"];
    private static readonly string[] Audiences = ["maintenance", "quality", "energy"];
    private static readonly string[] Categories = ["machine", "instrument", "process", "energy"];

    public DetectorDefinition Read(Section entry, string id, DetectorDefinition? inherited)
    {
        DetectorDefinition start = inherited ?? new DetectorDefinition { Id = id, Kind = "", AlertName = PascalCase(id) };

        // With a catalogue the kinds are its business, so that a new detector needs no change here.
        string kind = detectorFaults is null
            ? MeterReader.RequiredChoice(entry, "kind", start.Kind, Kinds)
            : entry.Required("kind", start.Kind, Suggestion.Choices(Kinds));
        DetectorDefinition detector = start with
        {
            Kind = kind,
            Metrics = entry.Texts("metrics", start.Metrics),
            AlertName = entry.Text("alert", start.AlertName, PlantLimits.MaxName),
            Severity = entry.Integer("severity", start.Severity, 1, 1000),
            Audiences = ReadAudiences(entry, start.Audiences),
            Category = entry.Choice("category", start.Category, Categories),
            States = entry.Texts("states", start.States),

            // Another kind reads other parameters, so nothing is taken over from the inherited one.
            Parameters = ReadParameters(entry, kind == start.Kind ? start.Parameters : new Dictionary<string, double>()),
            Expression = entry.Text("expression", kind == start.Kind ? start.Expression : "", MaxExpression),
            Recommendation = entry.Text("recommendation", start.Recommendation),
            Version = entry.Text("version", start.Version, 32),
            IsShadow = entry.Choice("mode", start.IsShadow ? "shadow" : "live", Modes) == "shadow",
            Beside = entry.Text("beside", start.Beside, PlantLimits.MaxName),
        };
        if (detector.Beside.Length > 0 && !detector.IsShadow)
        {
            entry.Fault("plant.value.choice", "beside", "Only a shadow runs beside another detector.",
                "Write 'mode: shadow', or remove it.");
        }

        if (!IsPascalCase(detector.AlertName))
        {
            entry.Fault("plant.name.invalid", "alert", $"'{detector.AlertName}' is no PascalCase name.",
                $"Write '{PascalCase(detector.AlertName)}'.");
        }

        if (detector.Kind == Expression != detector.Expression.Length > 0)
        {
            entry.Fault("plant.detector.invalid", "expression",
                "Kind 'expression' has a condition under 'expression', and no other kind has.",
                "docs/expressions.md has the language.");
        }

        CheckParameters(entry, detector);
        return detector;
    }

    private static IReadOnlyList<string> ReadAudiences(Section entry, IReadOnlyList<string> start)
    {
        IReadOnlyList<string> audiences = entry.Texts("audiences", start);
        if (audiences.Count == 0)
        {
            entry.Fault("plant.value.range", "audiences", "At least one audience is needed.", Suggestion.Choices(Audiences));
        }

        for (int i = 0; i < audiences.Count; i++)
        {
            if (!Audiences.Contains(audiences[i]))
            {
                string advice = Suggestion.For(audiences[i], Audiences, Suggestion.Choices(Audiences));
                entry.Faults.Add(entry.ItemAt("audiences", i), entry.PathOf("audiences"), "plant.value.choice",
                    $"'{audiences[i]}' is no audience.", advice);
            }
        }

        return audiences;
    }

    private static IReadOnlyDictionary<string, double> ReadParameters(Section entry, IReadOnlyDictionary<string, double> start)
    {
        if (entry.Find("parameters") is null)
        {
            return start;
        }

        var parameters = new Dictionary<string, double>(start, StringComparer.Ordinal);
        foreach ((string name, YamlNode value, string path) in entry.Entries("parameters", PlantLimits.MaxParts))
        {
            if (value.IsNull)
            {
                // 'upper: null' takes an inherited bound away.
                parameters.Remove(name);
            }
            else if (Section.TryNumber(value, out double number))
            {
                parameters[name] = number;
            }
            else if (value.Kind == YamlKind.Scalar && DurationText.TryParse(value.Value, out TimeSpan duration))
            {
                parameters[name] = duration.TotalSeconds;
            }
            else
            {
                entry.Faults.Add(value, path, "plant.value.type", $"Expected a number or a duration, found {value.KindName}.",
                    DurationText.Advice);
            }
        }

        return parameters;
    }

    private void CheckParameters(Section entry, DetectorDefinition detector)
    {
        if (detectorFaults is null || detector.Kind.Length == 0)
        {
            return;
        }

        Section parameters = entry.Child("parameters", null);
        foreach (string message in detectorFaults(detector.Kind, detector.Parameters))
        {
            // The catalogue names the parameter it means; that one's place is the most helpful.
            string? named = detector.Parameters.Keys.FirstOrDefault(k => parameters.Find(k) is not null
                && message.Contains($"'{k}'", StringComparison.Ordinal))
                ?? detector.Parameters.Keys.FirstOrDefault(k => parameters.Find(k) is not null
                    && message.Contains(k, StringComparison.Ordinal));
            YamlNode at = named is null ? entry.At(entry.Find("parameters") is null ? "kind" : "parameters") : parameters.At(named);
            string path = named is null ? entry.PathOf("parameters") : parameters.PathOf(named);
            entry.Faults.Add(at, path, "plant.detector.invalid", message, "docs/detectors.md lists the parameters of each kind.");
        }
    }

    private static bool IsPascalCase(string name) => name.Length > 0 && char.IsAsciiLetterUpper(name[0])
        && name.All(char.IsAsciiLetterOrDigit);

    private static string PascalCase(string text) =>
        string.Concat(text.Split(['-', '_', '.', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
}
