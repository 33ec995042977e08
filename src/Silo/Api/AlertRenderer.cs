using Millwright.Alerts;
using Millwright.Plant;

namespace Millwright.Silo.Api;

/// <summary>The canonical CloudEvent, with the asset's place in the plant as its source.</summary>
public sealed class AlertRenderer(PlantModel model) : IAlertRenderer
{
    public byte[] Render(AlertEvent alert) => AlertCloudEvent.Render(alert, SourceOf(alert.AssetId));

    private string SourceOf(string assetId)
    {
        string name = assetId[(assetId.IndexOf(':', StringComparison.Ordinal) + 1)..];
        Location place = model.Assets.TryGetValue(assetId, out AssetDefinition? asset)
            ? asset.Location
            : new Location { Site = assetId[..Math.Max(0, assetId.IndexOf(':', StringComparison.Ordinal))] };
        string[] parts = [place.Enterprise, place.Site, place.Area, place.Line, place.Cell, name];
        return "/" + string.Join('/', parts.Where(p => p.Length > 0).Select(Uri.EscapeDataString));
    }
}
