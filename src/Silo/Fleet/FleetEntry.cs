using System.Collections.Frozen;
using System.Collections.Immutable;
using Millwright.Plant;
using Millwright.Twins;

namespace Millwright.Silo.Fleet;

/// <summary>One asset in the index: what the model says, what its twin said last, and when each feature last changed.</summary>
internal sealed class FleetEntry
{
    private readonly FrozenDictionary<string, MetricDefinition> metrics;
    private readonly Dictionary<string, long> featureOrdinals = new(StringComparer.Ordinal);
    private ThingDocument? document;

    public FleetEntry(string assetId, AssetDefinition? definition)
    {
        AssetId = assetId;
        Definition = definition;
        Node = new LinkedListNode<FleetEntry>(this);
        metrics = (definition?.Metrics ?? []).ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
    }

    public string AssetId { get; }

    public AssetDefinition? Definition { get; }

    public TimePolicy Time => Definition?.Time ?? new TimePolicy();

    public LinkedListNode<FleetEntry> Node { get; }

    public TwinState? State { get; private set; }

    /// <summary>Fleet-wide number of the newest change; 0 for none.</summary>
    public long Ordinal { get; private set; }

    public long FirstOrdinal { get; private set; }

    /// <summary>When the next feature turns stale without anyone saying so.</summary>
    public DateTimeOffset NextStaleAt { get; private set; } = DateTimeOffset.MaxValue;

    public MetricDefinition? MetricOf(string name) => metrics.GetValueOrDefault(name);

    public IEnumerable<MetricDefinition> Modelled => Definition?.Metrics ?? [];

    public void Replace(TwinState state, long ordinal, DateTimeOffset now)
    {
        Dictionary<string, MetricState> before = State?.Metrics.ToDictionary(m => m.Name, StringComparer.Ordinal) ?? [];
        foreach (MetricState metric in state.Metrics)
        {
            if (!before.TryGetValue(metric.Name, out MetricState? old) || old != metric)
            {
                featureOrdinals[ThingJson.FeatureOf(metric.Name)] = ordinal;
            }
        }

        featureOrdinals[ThingJson.TwinFeature] = ordinal;
        FirstOrdinal = FirstOrdinal == 0 ? ordinal : FirstOrdinal;
        State = state;
        Ordinal = ordinal;
        document = null;
        NextStaleAt = NextAfter(state, now);
    }

    /// <summary>Marks what turned stale up to <paramref name="now"/>.</summary>
    public void Age(long ordinal, DateTimeOffset now)
    {
        if (State is null)
        {
            return;
        }

        foreach (MetricState metric in State.Metrics)
        {
            DateTimeOffset at = Freshness.StaleAt(metric, MetricOf(metric.Name), State, Time);
            if (at >= NextStaleAt && at <= now)
            {
                featureOrdinals[ThingJson.FeatureOf(metric.Name)] = ordinal;
            }
        }

        featureOrdinals[ThingJson.TwinFeature] = ordinal;
        Ordinal = ordinal;
        document = null;
        NextStaleAt = NextAfter(State, now);
    }

    public FleetChange ChangeSince(long ordinal) => new(
        AssetId,
        Ordinal,
        FirstOrdinal > ordinal,
        [.. featureOrdinals.Where(f => f.Value > ordinal).Select(f => f.Key).Order(StringComparer.Ordinal)]);

    public ThingDocument Render(DateTimeOffset now)
    {
        ThingDocument? current = document;
        if (current is null || now >= current.ValidUntil)
        {
            current = ThingJson.Render(this, now);
            document = current;
        }

        return current;
    }

    private DateTimeOffset NextAfter(TwinState state, DateTimeOffset now)
    {
        DateTimeOffset next = After(Freshness.IdleAt(state, Time), now);
        foreach (MetricState metric in state.Metrics)
        {
            DateTimeOffset at = After(Freshness.StaleAt(metric, MetricOf(metric.Name), state, Time), now);
            next = at < next ? at : next;
        }

        return next;
    }

    private static DateTimeOffset After(DateTimeOffset at, DateTimeOffset now) => at > now ? at : DateTimeOffset.MaxValue;
}
