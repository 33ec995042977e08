namespace Millwright.Plant.Loading;

/// <summary>An owner's metrics with what is derived from blocks in the place of those that come as blocks.</summary>
internal sealed record DerivedMetrics(IReadOnlyList<MetricDefinition> Metrics, IReadOnlyList<BlockDefinition> Blocks)
{
    /// <summary>
    /// The same list when there is nothing to derive. A derived metric that the model also names keeps what the model says of it.
    /// </summary>
    public static DerivedMetrics Of(IReadOnlyList<MetricDefinition> metrics)
    {
        BlockDefinition[] blocks = [.. metrics.Where(m => m.Derive is not null).Select(m => m.Derive!)];
        if (blocks.Length == 0)
        {
            return new DerivedMetrics(metrics, blocks);
        }

        var written = metrics.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        var all = new List<MetricDefinition>();
        foreach (MetricDefinition metric in metrics)
        {
            if (metric.Derive is { } block)
            {
                all.AddRange(Derive(metric, block).Where(d => written.Add(d.Name)));
            }
            else
            {
                all.Add(metric);
            }
        }

        return new DerivedMetrics(all, blocks);
    }

    private static IEnumerable<MetricDefinition> Derive(MetricDefinition metric, BlockDefinition block) => block.Names
        .Select(name => new MetricDefinition
        {
            Name = name,
            Unit = UnitOf(metric.Unit, block.Kind, name[(metric.Name.Length + 1)..]),
            ExpectedInterval = metric.ExpectedInterval,
        })
        .Append(new MetricDefinition { Name = block.VersionName, IsText = true });

    private static string UnitOf(string unit, BlockKind kind, string ending) => (kind, ending) switch
    {
        (BlockKind.Vibration, "crest" or "kurtosis") => "",
        (BlockKind.Curve, "angle" or "rise") => "deg",
        (BlockKind.Curve, not "peak") => "",
        _ => unit,
    };
}
