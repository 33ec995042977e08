using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Millwright.Plant;
using Millwright.Twins;

namespace Millwright.Silo.Fleet;

/// <summary>
/// All twins in memory, for lists, searches and live views. Entries are chained by their newest change, so "what changed since N" costs
/// what changed, and a subscriber needs to remember a single number however many assets it watches.
/// </summary>
public sealed class FleetIndex
{
    /// <summary>Modelled assets always fit; beyond this an unmodelled one is refused and counted.</summary>
    public const int MaxAssets = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, FleetEntry> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<FleetEntry> changes = new();
    private readonly TimeProvider time;
    private FleetEntry[]? ordered;
    private long ordinal;
    private long refused;

    public FleetIndex(PlantModel model, TimeProvider time)
    {
        this.time = time;
        Epoch = time.GetUtcNow().UtcTicks;
        foreach (AssetDefinition asset in model.Assets.Values)
        {
            string id = asset.Id.ToString();
            entries.Add(id, new FleetEntry(id, asset));
        }
    }

    /// <summary>Names this run of the index: an ordinal of another run means nothing here.</summary>
    public long Epoch { get; }

    public ChangeSignal Changed { get; } = new();

    public long Ordinal
    {
        get
        {
            lock (gate)
            {
                return ordinal;
            }
        }
    }

    public long Refused => Interlocked.Read(ref refused);

    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <summary>Takes a newer state of a twin; false when it is not newer, or when there is no room.</summary>
    /// <param name="state">The twin's.</param>
    /// <param name="isInOrder">
    /// From the twin's own stream, which delivers in order: the last word counts even when its revision is lower, as it is when the
    /// twin has
    /// gone back to an earlier checkpoint and replays.
    /// </param>
    public bool Apply(TwinState state, bool isInOrder = false)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(state.AssetId, out FleetEntry? entry))
            {
                if (entries.Count >= MaxAssets)
                {
                    Interlocked.Increment(ref refused);
                    return false;
                }

                entry = new FleetEntry(state.AssetId, null);
                entries.Add(state.AssetId, entry);
                ordered = null;
            }

            // A grain call's answer may be overtaken by the stream: then the higher revision is the truth. Equal revisions may differ
            // in idleness alone.
            if (entry.State is { } known && ((!isInOrder && state.Revision < known.Revision) || state == known))
            {
                return false;
            }

            entry.Replace(state, ++ordinal, time.GetUtcNow());
            MoveToFront(entry);
        }

        Changed.Pulse();
        return true;
    }

    /// <summary>Finds what turned stale by the mere passing of time, so that live views hear of it. Returns how many things did.</summary>
    public int Sweep()
    {
        DateTimeOffset now = time.GetUtcNow();
        int aged = 0;
        lock (gate)
        {
            foreach (FleetEntry entry in entries.Values)
            {
                if (entry.NextStaleAt <= now)
                {
                    entry.Age(++ordinal, now);
                    MoveToFront(entry);
                    aged++;
                }
            }
        }

        if (aged > 0)
        {
            Changed.Pulse();
        }

        return aged;
    }

    public bool TryGet(string assetId, [NotNullWhen(true)] out ThingDocument? document)
    {
        lock (gate)
        {
            document = entries.TryGetValue(assetId, out FleetEntry? entry) ? entry.Render(time.GetUtcNow()) : null;
            return document is not null;
        }
    }

    public bool Contains(string assetId)
    {
        lock (gate)
        {
            return entries.ContainsKey(assetId);
        }
    }

    /// <summary>All things, by id.</summary>
    public IEnumerable<ThingDocument> All()
    {
        FleetEntry[] snapshot;
        lock (gate)
        {
            snapshot = ordered ??= [.. entries.Values.OrderBy(e => e.AssetId, StringComparer.Ordinal)];
        }

        DateTimeOffset now = time.GetUtcNow();
        foreach (FleetEntry entry in snapshot)
        {
            ThingDocument document;
            lock (gate)
            {
                document = entry.Render(now);
            }

            yield return document;
        }
    }

    /// <summary>What changed after <paramref name="since"/>, one entry per thing, oldest change first.</summary>
    public ImmutableArray<FleetChange> ChangesSince(long since)
    {
        var found = ImmutableArray.CreateBuilder<FleetChange>();
        lock (gate)
        {
            for (LinkedListNode<FleetEntry>? node = changes.First; node is not null && node.Value.Ordinal > since; node = node.Next)
            {
                found.Add(node.Value.ChangeSince(since));
            }
        }

        found.Reverse();
        return found.ToImmutable();
    }

    public FleetTotals Totals()
    {
        var totals = new FleetTotals();
        lock (gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (FleetEntry entry in entries.Values)
            {
                totals = totals.Plus(entry, now);
            }
        }

        return totals;
    }

    private void MoveToFront(FleetEntry entry)
    {
        if (entry.Node.List is not null)
        {
            changes.Remove(entry.Node);
        }

        changes.AddFirst(entry.Node);
    }
}
