namespace Millwright.Plant.Loading;

/// <summary>
/// Operating states: <c>idle: { when: [power > 0.4, speed &lt; 100], idle: true }</c>, or compact <c>off: power &lt; 0.4</c>.
/// </summary>
internal static class StateReader
{
    private const int MaxConditions = 16;

    public static YamlNode Expand(YamlNode node)
    {
        if (node.Kind == YamlKind.Mapping || node.IsNull)
        {
            return node;
        }

        var mapping = new YamlNode { Kind = YamlKind.Mapping, File = node.File, Line = node.Line, Column = node.Column };
        mapping.Members.Add((
            new YamlNode { Kind = YamlKind.Scalar, File = node.File, Line = node.Line, Column = node.Column, Value = "when" }, node));
        return mapping;
    }

    public static OperatingStateDefinition Read(Section entry, string name, OperatingStateDefinition? inherited)
    {
        OperatingStateDefinition start = inherited ?? new OperatingStateDefinition { Name = name };
        OperatingStateDefinition state = start with
        {
            Conditions = ReadConditions(entry, start.Conditions),
            IsRunning = entry.Flag("running", start.IsRunning),
            IsIdle = entry.Flag("idle", start.IsIdle),
        };
        if (state.IsRunning && state.IsIdle)
        {
            entry.Fault("plant.value.choice", "idle", "A state is either running or idle.", "Keep one of the two.");
        }

        return state;
    }

    private static IReadOnlyList<StateCondition> ReadConditions(Section entry, IReadOnlyList<StateCondition> start)
    {
        if (entry.Find("when") is null)
        {
            // A state without conditions always holds: it is the fallback that comes last.
            return start;
        }

        IReadOnlyList<string> texts = entry.Texts("when", []);
        if (texts.Count > MaxConditions)
        {
            entry.Fault("plant.limit", "when", $"{texts.Count} conditions; at most {MaxConditions} are accepted.");
            return start;
        }

        var conditions = new List<StateCondition>(texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            if (ConditionText.TryParse(texts[i], out StateCondition? condition, out string fault))
            {
                conditions.Add(condition);
                continue;
            }

            entry.Faults.Add(entry.ItemAt("when", i), entry.PathOf($"when[{i}]"), "plant.condition.invalid", fault, ConditionText.Advice);
        }

        return conditions;
    }
}
