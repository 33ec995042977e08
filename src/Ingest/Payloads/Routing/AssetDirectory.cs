using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Millwright.Plant;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>Judges asset ids, each once.</summary>
internal sealed class AssetDirectory
{
    private readonly PlantModel model;
    private readonly bool hasBlocks;
    private readonly ByteTable<AssetRef> known = new(DecodeLimits.MaxRemembered);
    private readonly ConcurrentDictionary<string, AssetRef> clients = new(StringComparer.Ordinal);

    // Assets of one type share their list of metrics, and so the sets made of it.
    private readonly ConcurrentDictionary<IReadOnlyList<MetricDefinition>, (FrozenSet<string>? Text, FrozenSet<string> Number)> kinds =
        new(ReferenceEqualityComparer.Instance);

    private readonly ConcurrentDictionary<IReadOnlyList<BlockDefinition>,
        (FrozenDictionary<string, BlockDefinition> ByName, FrozenSet<string>? Companions)> blocks = new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<(string, string, string, string, string), string> byLocation = [];

    public AssetDirectory(PlantModel model, bool hasBlocks)
    {
        this.model = model;
        this.hasBlocks = hasBlocks;
        var shared = new HashSet<(string, string, string, string, string)>();
        foreach ((string id, AssetDefinition asset) in model.Assets)
        {
            Location l = asset.Location;
            var place = (l.Enterprise, l.Site, l.Area, l.Line, l.Cell);
            if (!byLocation.TryAdd(place, id))
            {
                shared.Add(place);
            }
        }

        // Two assets at one place: the place names neither of them.
        foreach (var place in shared)
        {
            byLocation.Remove(place);
        }
    }

    public AssetRef Resolve(ReadOnlySpan<byte> utf8) => known.Find(utf8) ?? known.Add(utf8, Judge(Encoding.UTF8.GetString(utf8)));

    public AssetRef Resolve(string id) => Resolve(Encoding.UTF8.GetBytes(id));

    /// <summary>The asset of a device that is known by its client id only.</summary>
    public AssetRef OfClient(string clientId)
    {
        if (clients.TryGetValue(clientId, out AssetRef? asset))
        {
            return asset;
        }

        if (clients.Count >= DecodeLimits.MaxRemembered)
        {
            clients.Clear();
        }

        return clients.GetOrAdd(clientId, Resolve($"{model.DeviceNamespace}:{clientId}"));
    }

    /// <summary>The only asset at a place; null when there is none, or several.</summary>
    public string? AtLocation(string enterprise, string site, string area, string line, string cell) =>
        byLocation.GetValueOrDefault((enterprise, site, area, line, cell));

    private AssetRef Judge(string id)
    {
        if (!AssetId.TryParse(id, out _))
        {
            return new AssetRef { Id = id, RejectCode = DecodeReasons.AssetInvalid };
        }

        if (!model.Assets.TryGetValue(id, out AssetDefinition? asset))
        {
            return new AssetRef { Id = id, RejectCode = model.AcceptUnmodelled ? null : DecodeReasons.AssetUnmodelled };
        }

        (FrozenSet<string>? text, FrozenSet<string> number) = kinds.GetOrAdd(asset.Metrics, KindsOf);
        (FrozenDictionary<string, BlockDefinition>? byName, FrozenSet<string>? companions) =
            hasBlocks && asset.Blocks.Count > 0 ? blocks.GetOrAdd(asset.Blocks, BlocksOf) : default;
        return new AssetRef
        {
            Id = id,
            TextMetrics = text,
            NumberMetrics = number,
            Blocks = byName,
            Companions = companions,
            MaxClockSkewTicks = asset.Time.MaxClockSkew.Ticks,
        };
    }

    private static (FrozenDictionary<string, BlockDefinition> ByName, FrozenSet<string>? Companions) BlocksOf(
        IReadOnlyList<BlockDefinition> blocks)
    {
        var companions = blocks.Where(b => b.Kind == BlockKind.Curve).Select(b => b.Angle).ToFrozenSet(StringComparer.Ordinal);
        return (blocks.ToFrozenDictionary(b => b.Metric, StringComparer.Ordinal), companions.Count == 0 ? null : companions);
    }

    private static (FrozenSet<string>? Text, FrozenSet<string> Number) KindsOf(IReadOnlyList<MetricDefinition> metrics)
    {
        var text = metrics.Where(m => m.IsText).Select(m => m.Name).ToFrozenSet(StringComparer.Ordinal);
        return (text.Count == 0 ? null : text, metrics.Where(m => !m.IsText).Select(m => m.Name).ToFrozenSet(StringComparer.Ordinal));
    }
}
