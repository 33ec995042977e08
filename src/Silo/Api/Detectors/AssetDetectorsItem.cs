using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Millwright.Grains.Alerts;
using Millwright.Twins;

namespace Millwright.Silo.Api.Detectors;

/// <summary>An asset's detectors as the API shows them.</summary>
internal sealed record AssetDetectorsItem(
    string AssetId, IReadOnlyList<AssetDetectorItem> Detectors, IReadOnlyList<DetectorChangeRecord> Changes)
{
    public static AssetDetectorsItem Of(TwinDetectors twin, ImmutableArray<DetectorTally> tallies) => new(
        twin.AssetId,
        [.. twin.Detectors.Select(d => AssetDetectorItem.Of(
            d, tallies.FirstOrDefault(t => t.Id == d.Id && t.Kind == d.Kind && t.Version == d.Version)))],
        twin.Changes);
}

/// <param name="Mode">What becomes of its findings.</param>
/// <param name="Next">The mode that it has from the next sample on; absent when it stays.</param>
/// <param name="Verdict">The most telling of its subjects.</param>
/// <param name="Warmup">0 to 1; absent when it cannot say.</param>
/// <param name="Alerts">Told of this asset by this version.</param>
/// <param name="Shadow">Only of a shadow.</param>
internal sealed record AssetDetectorItem(
    string Id, string Kind, string Version, DetectorRole Mode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DetectorRole? Next,
    DetectorVerdict Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Warmup,
    int Open, long Alerts, PrecisionItem Precision,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShadowItem? Shadow)
{
    public static AssetDetectorItem Of(DetectorState state, DetectorTally? tally) => new(
        state.Id,
        state.Kind,
        state.Version,
        state.Role,
        state.Next,
        state.Verdict,
        state.Warmup,
        state.Open,
        tally?.Raised ?? 0,
        PrecisionItem.Of(tally?.Precision ?? Core.Alerting.Precision.None),
        state is { Gained: { } gained, Lost: { } lost, Common: { } common } ? new ShadowItem(gained, lost, common, state.Findings) : null);
}

/// <param name="Gained">Anomalies that the live detector did not see.</param>
/// <param name="Lost">Anomalies of the live detector that it did not see.</param>
/// <param name="Common">Anomalies that both saw.</param>
/// <param name="Findings">The newest that have ended, oldest first.</param>
internal sealed record ShadowItem(long Gained, long Lost, long Common, IReadOnlyList<ShadowRecord> Findings);
