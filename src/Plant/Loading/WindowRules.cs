namespace Millwright.Plant.Loading;

/// <summary>What the keys of a window must be to each other.</summary>
internal static class WindowRules
{
    private static readonly TimeSpan MinSize = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxSize = TimeSpan.FromDays(7);

    private static readonly string[] Aggregates =
    [
        "count", "sum", "minimum", "maximum", "mean", "standard-deviation", "first", "last", "rms", "kurtosis", "rate", "counter-rate",
        "time-weighted-mean",
    ];

    private static readonly string[] Ordered = ["counter-rate", "time-weighted-mean"];

    /// <summary>The first fault as a sentence; empty for none.</summary>
    public static string FaultOf(WindowDefinition window)
    {
        string kind = window.Kind.Replace("-by-state", "", StringComparison.Ordinal);
        string fault = KeysOf(window, kind);
        fault = fault.Length > 0 ? fault : LengthsOf(window, kind);
        return fault.Length > 0 ? fault : AggregatesOf(window);
    }

    private static string KeysOf(WindowDefinition window, string kind)
    {
        bool hasSize = window.Size != TimeSpan.Zero;
        bool hasHop = window.Hop != TimeSpan.Zero;
        bool hasGap = window.Gap != TimeSpan.Zero;
        return kind switch
        {
            "session" when hasSize || hasHop => "A session window has a gap, and neither size nor hop.",
            "tumbling" when hasHop || hasGap => "A tumbling window has a size, and neither hop nor gap.",
            "sliding" when hasHop || hasGap => "A sliding window has a size, and neither hop nor gap.",
            "hopping" when hasGap => "A hopping window has no gap.",
            "count" when hasSize || hasHop || hasGap => "A count window has samples, and no size, hop or gap.",
            "state" when hasSize || hasHop || hasGap => "A state window is as long as its state: it has no size, hop or gap.",
            not "count" when window.Samples > 0 || window.IsEvery => "Only a count window has 'samples' and 'every'.",
            not ("sliding" or "count" or "state") when window.States.Count > 0 =>
                "Only sliding, count and state windows have 'states'; tumbling and hopping ones are split 'by state'.",
            _ => "",
        };
    }

    private static string LengthsOf(WindowDefinition window, string kind) => kind switch
    {
        "session" when window.Gap < MinSize || window.Gap > MaxSize => "The gap of a session window is 1s to 7d.",
        "tumbling" or "hopping" or "sliding" when window.Size < MinSize || window.Size > MaxSize => "The size of a window is 1s to 7d.",
        "hopping" when window.Hop <= TimeSpan.Zero
            || window.Hop > window.Size => "The hop of a window is above 0 and at most its size.",
        "hopping" when window.Size.Ticks % window.Hop.Ticks != 0 => $"The hop {window.Hop} does not divide the size {window.Size}.",
        "hopping" when window.Size.Ticks / window.Hop.Ticks > 256 => "A window has at most 256 hops.",
        "count" when window.Samples is < 1 or > WindowDefinition.MaxSamples =>
            $"A count window has 1 to {WindowDefinition.MaxSamples} samples.",
        _ => "",
    };

    private static string AggregatesOf(WindowDefinition window)
    {
        bool isOrdered = window.Kind is "sliding" or "count" or "state" || window.Kind.EndsWith("-by-state", StringComparison.Ordinal);
        foreach (string name in window.Aggregates)
        {
            if (!Aggregates.Contains(name, StringComparer.Ordinal) && WindowDefinition.Quantile(name) is null)
            {
                return $"There is no aggregate '{name}'. There are {string.Join(", ", Aggregates)} and quantiles such as p50, p99.9.";
            }

            if (Ordered.Contains(name, StringComparer.Ordinal) && !isOrdered)
            {
                return $"'{name}' needs the samples in order: say '{window.Kind} … by state', 'sliding', 'count' or 'state'.";
            }

            if (Ordered.Contains(name, StringComparer.Ordinal) && window.States.Count > 0 && window.Kind != "state")
            {
                return $"'{name}' needs all samples, and not those of some states. A window 'by state' has it for each state.";
            }
        }

        return window.Aggregates.Count(a => WindowDefinition.Quantile(a) is not null) > WindowDefinition.MaxQuantiles
            ? $"A window has at most {WindowDefinition.MaxQuantiles} quantiles." : "";
    }
}
