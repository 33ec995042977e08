using Millwright.Plant.Rules;

namespace Millwright.Plant.Loading;

internal sealed class RuleReader(FaultList faults)
{
    private static readonly Dictionary<string, TimeFormat> TimeFormats = new(StringComparer.Ordinal)
    {
        ["auto"] = TimeFormat.Auto, ["iso8601"] = TimeFormat.Iso8601, ["s"] = TimeFormat.Seconds, ["ms"] = TimeFormat.Milliseconds,
        ["us"] = TimeFormat.Microseconds, ["ns"] = TimeFormat.Nanoseconds,
    };

    private readonly Dictionary<string, TopicRule> rules = new(StringComparer.Ordinal);
    private readonly List<TopicRule> ordered = [];

    public IReadOnlyList<TopicRule> Rules => ordered;

    public void Read(string id, YamlNode node, string path)
    {
        var section = new Section(node, path, "rule", faults);
        var rule = new TopicRule
        {
            Id = id,
            Topic = section.Required("topic", "", "E.g. plant/{area}/{asset}/#."),
            Asset = section.Required("asset", "", "E.g. acme.lyon:{asset}."),
            Items = Pointer(section, "items"),
            Time = Pointer(section, "time"),
            TimeFormat = TimeFormats[section.Choice("timeFormat", "auto", TimeFormats.Keys)],
            Value = Pointer(section, "value"),
            ValueIsRoot = section.Find("value") is { Kind: YamlKind.Scalar, Value.Length: 0 },
            Metric = section.Text("metric", ""),
            Values = Pointer(section, "values"),
            ValuesIsRoot = section.Find("values") is { Kind: YamlKind.Scalar, Value.Length: 0 },
            Fields = Map(section, "fields", isPointer: true),
            Ignore = section.Texts("ignore", []),
            Rename = Map(section, "rename", isPointer: false),
            Quality = Pointer(section, "quality"),
            Unit = section.Text("unit", ""),
            Step = section.Text("step", ""),
            Source = section.Text("source", ""),
            Historical = Pointer(section, "historical"),
        };
        Check(section, rule);
        if (!rules.TryAdd(id, rule))
        {
            faults.Add(node, path, "plant.key.duplicate", $"The rule '{id}' is there twice.", "Keep one of them.");
            return;
        }

        ordered.Add(rule);
    }

    private static void Check(Section section, TopicRule rule)
    {
        bool hasValue = rule.Value.Length > 0 || rule.ValueIsRoot;
        int shapes = (hasValue ? 1 : 0) + (rule.Values.Length > 0 || rule.ValuesIsRoot ? 1 : 0) + (rule.Fields.Count > 0 ? 1 : 0);
        if (shapes != 1)
        {
            section.Fault("plant.rule.invalid", "value", "Exactly one of 'value', 'values' and 'fields' says where the values are.",
                "values: \"\" is the message itself.");
        }

        if (hasValue != rule.Metric.Length > 0)
        {
            section.Fault("plant.rule.invalid", "metric", "'value' and 'metric' belong together.", "E.g. value: /v and metric: \"{tag}\".");
        }

        if (rule.Unit.Length > 0 != rule.Step.Length > 0)
        {
            section.Fault("plant.rule.invalid", "step", "'unit' and 'step' belong together.",
                "Name the produced unit's serial number and its production step.");
        }

        if (rule.Topic.Length == 0)
        {
            return;
        }

        if (!TopicPattern.TryParse(rule.Topic, out TopicPattern pattern, out string fault))
        {
            section.Fault("plant.topic.invalid", "topic", $"'{rule.Topic}' is no topic: {fault}.",
                "Levels are text, {name}, {name*} at the end, + or #.");
            return;
        }

        var captures = pattern.Captures.ToHashSet(StringComparer.Ordinal);
        foreach ((string key, string text) in new[] { ("asset", rule.Asset), ("metric", rule.Metric), ("unit", rule.Unit),
            ("step", rule.Step), ("source", rule.Source) })
        {
            CheckTemplate(section, key, text, captures);
        }
    }

    private static void CheckTemplate(Section section, string key, string text, HashSet<string> captures)
    {
        if (!TextTemplate.TryParse(text, out TextTemplate template, out string fault))
        {
            section.Fault("plant.template.invalid", key, $"'{text}': {fault}.", "E.g. acme.lyon:{asset} or {/serial}.");
            return;
        }

        foreach (string unknown in template.Parts.Where(p => p.Capture is not null).Select(p => p.Capture!)
            .Where(c => !captures.Contains(c)))
        {
            string advice = Suggestion.For(unknown, captures, "Capture it in the topic, or point into the payload with {/name}.");
            section.Fault("plant.reference.unknown", key, $"The topic captures no '{unknown}'.", advice);
        }

        if (key == "asset" && !template.NeedsPayload && template.Parts.All(p => p.Literal is not null) && text.Length > 0
            && !AssetId.TryParse(text, out _))
        {
            section.Fault("plant.name.invalid", key, $"'{text}' is no asset id.", "namespace:name.");
        }
    }

    private static string Pointer(Section section, string key)
    {
        string text = section.Text(key, "");
        if (!JsonPointer.TryParse(text, out _, out string fault))
        {
            section.Fault("plant.pointer.invalid", key, $"'{text}' is no JSON pointer: {fault}.",
                $"E.g. /{text.TrimStart('$', '.').Replace('.', '/')}.");
            return "";
        }

        return text;
    }

    private static Dictionary<string, string> Map(Section section, string key, bool isPointer)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        Section members = section.Child(key, null);
        foreach ((string name, YamlNode value, string path) in section.Entries(key, PlantLimits.MaxMetrics))
        {
            string text = members.Text(name, "");
            string fault = "";
            if (isPointer ? text.Length == 0 || !JsonPointer.TryParse(text, out _, out fault) : !NamedEntries.IsName(text))
            {
                string message = isPointer ? $"'{text}' is no JSON pointer: {fault}." : $"'{text}' is no metric name.";
                section.Faults.Add(value, path, isPointer ? "plant.pointer.invalid" : "plant.name.invalid", message, isPointer
                    ? "E.g. /values/temp." : "");
                continue;
            }

            if (!NamedEntries.IsName(name))
            {
                section.Faults.Add(value, path, "plant.name.invalid", $"'{name}' is no metric name.");
            }

            map[name] = text;
        }

        return map;
    }
}
