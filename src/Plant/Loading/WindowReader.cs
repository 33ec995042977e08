namespace Millwright.Plant.Loading;

/// <summary>
/// Windows have no names, so an owner's list replaces the inherited one. Compact: <c>tumbling 10s</c>, <c>hopping 1m by 10s</c>,
/// <c>session 30s</c>, <c>sliding 5m</c>, <c>count 100</c>, <c>state</c>, and <c>by state</c> behind tumbling and hopping.
/// </summary>
internal static class WindowReader
{
    private const string Examples = "E.g. 'tumbling 10s', 'hopping 1m by 10s', 'session 30s', 'sliding 5m', 'count 100', 'state'.";

    private static readonly string[] Kinds =
        ["tumbling", "hopping", "session", "sliding", "count", "state", "tumbling-by-state", "hopping-by-state"];

    private static readonly TimeSpan MinSize = TimeSpan.FromSeconds(1);

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
        List<WindowDefinition> windows = [];
        foreach (YamlNode item in items)
        {
            string path = $"{owner.PathOf("windows")}[{windows.Count}]";
            WindowDefinition window = ReadOne(owner, item, path);
            string clash = WindowClashes.Of(window, windows);
            if (clash.Length > 0)
            {
                owner.Faults.Add(item, path, "plant.window.clash", clash, "Give them different 'metrics', or keep one of them.");
            }

            windows.Add(window);
        }

        return windows;
    }

    private static WindowDefinition ReadOne(Section owner, YamlNode node, string path)
    {
        if (node.Kind != YamlKind.Mapping)
        {
            WindowDefinition? compact = ParseCompact(node.Value);
            if (compact is null)
            {
                owner.Faults.Add(node, path, "plant.window.invalid", $"{node.KindName} is no window.", Examples);
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
            Samples = section.Integer("samples", 0, 1, WindowDefinition.MaxSamples),
            IsEvery = section.Flag("every", false),
            States = section.Texts("states", []),
            Aggregates = section.Texts("aggregates", []),
            Metrics = section.Texts("metrics", []),
        };
        Check(owner, node, path, window);
        return window;
    }

    private static WindowDefinition? ParseCompact(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [.., "by", "state"] && ParseCompact(string.Join(' ', words[..^2])) is { Kind: "tumbling" or "hopping" } whole)
        {
            return whole with { Kind = whole.Kind + "-by-state" };
        }

        return words switch
        {
            ["tumbling", var size] when DurationText.TryParse(size, out TimeSpan s) => new WindowDefinition { Kind = "tumbling", Size = s },
            ["sliding", var size] when DurationText.TryParse(size, out TimeSpan s) => new WindowDefinition { Kind = "sliding", Size = s },
            ["session", var gap] when DurationText.TryParse(gap, out TimeSpan g) => new WindowDefinition { Kind = "session", Gap = g },
            ["hopping", var size, "by", var hop] when DurationText.TryParse(size, out TimeSpan s)
                && DurationText.TryParse(hop, out TimeSpan h)
                => new WindowDefinition { Kind = "hopping", Size = s, Hop = h },
            ["count", var samples] when TryCount(samples, out int n) => new WindowDefinition { Kind = "count", Samples = n },
            ["count", "every", var samples] when TryCount(samples, out int n)
                => new WindowDefinition { Kind = "count", Samples = n, IsEvery = true },
            ["state"] => new WindowDefinition { Kind = "state" },
            ["state", var state] => new WindowDefinition { Kind = "state", States = [state] },
            _ => null,
        };
    }

    private static bool TryCount(string text, out int count) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out count);

    private static void Check(Section owner, YamlNode at, string path, WindowDefinition window)
    {
        string fault = WindowRules.FaultOf(window);
        if (fault.Length > 0)
        {
            owner.Faults.Add(at, path, "plant.window.invalid", fault, Examples);
        }
    }
}
