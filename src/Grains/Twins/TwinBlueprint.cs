using System.Collections.Immutable;
using Millwright.Core.Alerting;
using Millwright.Core.Energy;
using Millwright.Core.Twins;
using Millwright.Energy;

namespace Millwright.Grains.Twins;

/// <summary>What one twin computes, and what its findings mean to people.</summary>
public sealed record TwinBlueprint
{
    public required string AssetId { get; init; }

    public required bool IsModelled { get; init; }

    /// <summary>Key of the line's grains; the site for an asset without a line.</summary>
    public required string LineKey { get; init; }

    public required TwinDefinition Definition { get; init; }

    /// <summary>By detector id and version.</summary>
    public required ImmutableDictionary<string, AlertPolicy> Policies { get; init; }

    /// <summary>Medium and unit of each meter, in the order of the definition.</summary>
    public required ImmutableArray<(string Medium, string Unit)> Meters { get; init; }

    /// <summary>The versions of its detectors.</summary>
    internal DetectorRosters Rosters { get; init; } = new([], [], [], _ => null);

    /// <summary>One of its detectors judges by what does not come, so the twin may not sleep.</summary>
    public bool WatchesForSilence { get; init; }

    public AlertBook NewAlertBook(TwinEngine engine) => new(AssetId, new MetricLabels(engine), Policies, AlertBook.DefaultIncidentGap);

    public string UnitOf(string metric) => Definition.Metrics.FirstOrDefault(m => m.Name == metric)?.Unit ?? "";

    /// <param name="recorded">The newest sequence in the last checkpoint.</param>
    public ImmutableArray<ConsumptionInterval> Intervals(
        IReadOnlyList<ClosedInterval> closed, TwinEngine engine, long recorded) => closed.Count == 0
        ? []
        : [.. closed.Select(c => new ConsumptionInterval
        {
            AssetId = AssetId,
            Meter = Definition.Meters[c.Meter].Id,
            Medium = Meters[c.Meter].Medium,
            Unit = Meters[c.Meter].Unit,
            Start = c.Start,
            End = c.End,
            Completeness = c.Completeness,
            States = States(c.States),
            Revision = c.Revision,
            Replaced = States(c.Replaced),
            Sequence = engine.NextSequence(),
            Recorded = recorded,
        })];

    private static ImmutableArray<StateConsumption> States(ImmutableArray<StateQuantity> states) =>
        [.. states.Select(s => new StateConsumption { OperatingState = s.OperatingState, Quantity = s.Quantity, Duration = s.Duration })];

    /// <summary>The engine's table grows with what the asset publishes, so it is read anew each time.</summary>
    private sealed class MetricLabels(TwinEngine engine) : IReadOnlyList<MetricLabel>
    {
        public int Count => engine.MetricCount;

        public MetricLabel this[int index] => engine.Metric(index) is var metric ? new MetricLabel(metric.Name, metric.Unit) : default;

        public IEnumerator<MetricLabel> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
