using Millwright.Ingest.Feed;
using Millwright.Plant;

namespace Millwright.Silo.Hosting;

/// <summary>The plant model's most critical level is the safety class: it stays live under overload.</summary>
internal sealed class PlantPriority(PlantModel plant) : ILanePriority
{
    /// <summary>Criticality is 1 (least) to 5 (most); 3 where the model does not say.</summary>
    private const int SafetyCriticality = 5;

    public bool HasSafety { get; } = plant.Assets.Values.Any(asset => asset.Criticality >= SafetyCriticality);

    public LaneClass ClassOf(string assetId) =>
        plant.Assets.TryGetValue(assetId, out AssetDefinition? asset) && asset.Criticality >= SafetyCriticality
            ? LaneClass.Safety : LaneClass.Ordinary;
}
