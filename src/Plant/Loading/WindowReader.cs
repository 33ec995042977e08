namespace Millwright.Plant.Loading;

/// <summary>
/// Windows have no names, so an owner's list replaces the inherited one. Compact: <c>tumbling 10s</c>, <c>hopping 1m by 10s</c>,
/// <c>session 30s</c>.
/// </summary>
internal static class WindowReader
{
    private static readonly string[] Kinds = ["tumbling", "hopping", "session"];
    private static readonly TimeSpan MinSize = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxSize = TimeSpan.FromDays(7);

    public static IReadOnlyList<WindowDefinition> Read(Section owner, IReadOnlyList<WindowDefinition> inherited)
    {
        if (owner.Find("windows") is not { } node)
        {
            return inherited;
        }

        if (node.Kind == YamlKind.Mapping || node.Items.Count > PlantLimits.MaxParts)
        {
            owner.Fault("plant.value.type", "windows",
                $"Expected a list of at most {PlantLimits.MaxParts} windows, found {node.KindName}.", "E.g. [tumbling 10s].");
            return inherited;
        }

        IEnumerable<YamlNode> items = node.Kind == YamlKind.List ? node.Items : [node];
        return [.. items.Select((item, i) => ReadOne(owner, item, $"{owner.PathOf("windows")}[{i}]"))];
    }

    private static WindowDefinition ReadOne(Section owner, YamlNode node, string path)
    {
        if (node.Kind != YamlKind.Mapping)
        {
            WindowDefinition? compact = ParseCompact(node.Value);
            if (compact is null)
            {
                owner.Faults.Add(node, path, "plant.window.invalid", $"{node.KindName} is no window.",
                    "E.g. 'tumbling 10s', 'hopping 1m by 10s', 'session 30s'.");
            }
            else
            {
                Check(owner, node, path, compact);
            }

            return compact ?? new WindowDefinition { Kind = "tumbling", Size = MinSize };
        }

        var section = new Section(node, path, "window", owner.Faults);
        var window = new WindowDefinition
        {
            Kind = MeterReader.RequiredChoice(section, "kind", "", Kinds),
            Size = section.Duration("size", null, TimeSpan.Zero, TimeSpan.MaxValue) ?? TimeSpan.Zero,
            Hop = section.Duration("hop", null, TimeSpan.Zero, TimeSpan.MaxValue) ?? TimeSpan.Zero,
            Gap = section.Duration("gap", null, TimeSpan.Zero, TimeSpan.MaxValue) ?? TimeSpan.Zero,
            Metrics = section.Texts("metrics", []),
        };
        Check(owner, node, path, window);
        return window;
    }

    private static WindowDefinition? ParseCompact(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["tumbling", var size] when DurationText.TryParse(size, out TimeSpan s) => new WindowDefinition { Kind = "tumbling", Size = s },
            ["session", var gap] when DurationText.TryParse(gap, out TimeSpan g) => new WindowDefinition { Kind = "session", Gap = g },
            ["hopping", var size, "by", var hop] when DurationText.TryParse(size, out TimeSpan s)
                && DurationText.TryParse(hop, out TimeSpan h)
                => new WindowDefinition { Kind = "hopping", Size = s, Hop = h },
            _ => null,
        };
    }

    private static void Check(Section owner, YamlNode at, string path, WindowDefinition window)
    {
        string fault = window.Kind switch
        {
            "session" when window.Size != TimeSpan.Zero
                || window.Hop != TimeSpan.Zero => "A session window has a gap, and neither size nor hop.",
            "session" when window.Gap < MinSize || window.Gap > MaxSize => "The gap of a session window is 1s to 7d.",
            "tumbling" when window.Hop != TimeSpan.Zero
                || window.Gap != TimeSpan.Zero => "A tumbling window has a size, and neither hop nor gap.",
            "tumbling" or "hopping" when window.Size < MinSize || window.Size > MaxSize => "The size of a window is 1s to 7d.",
            "hopping" when window.Gap != TimeSpan.Zero => "A hopping window has no gap.",
            "hopping" when window.Hop <= TimeSpan.Zero
                || window.Hop > window.Size => "The hop of a window is above 0 and at most its size.",
            "hopping" when window.Size.Ticks % window.Hop.Ticks != 0 => $"The hop {window.Hop} does not divide the size {window.Size}.",
            "hopping" when window.Size.Ticks / window.Hop.Ticks > 256 => "A window has at most 256 hops.",
            _ => "",
        };
        if (fault.Length > 0)
        {
            owner.Faults.Add(at, path, "plant.window.invalid", fault, "E.g. 'tumbling 10s', 'hopping 1m by 10s', 'session 30s'.");
        }
    }
}
