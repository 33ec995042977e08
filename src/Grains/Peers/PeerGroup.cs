using System.Collections.Immutable;
using Millwright.Plant;

namespace Millwright.Grains.Peers;

/// <summary>The assets that an asset is compared with: those of its type in the plant model, of its own site first.</summary>
/// <param name="Type">Empty for an asset that has none.</param>
/// <param name="Members">In the order of their ids, at most <see cref="MaxMembers"/>.</param>
/// <param name="Rest">How many more there are.</param>
public sealed record PeerGroup(string Type, ImmutableArray<string> Members, int Rest)
{
    public const int MaxMembers = 50;

    public static PeerGroup Of(PlantModel plant, string assetId)
    {
        if (!plant.Assets.TryGetValue(assetId, out AssetDefinition? asset) || asset.Type.Length == 0)
        {
            return new PeerGroup("", [], 0);
        }

        string[] all = [.. plant.Assets.Values.Where(a => a.Type == asset.Type && a.Id != asset.Id)
            .OrderBy(a => a.Id.Namespace == asset.Id.Namespace ? 0 : 1)
            .ThenBy(a => a.Id.ToString(), StringComparer.Ordinal).Select(a => a.Id.ToString())];
        return new PeerGroup(asset.Type, [.. all.Take(MaxMembers)], Math.Max(0, all.Length - MaxMembers));
    }
}
