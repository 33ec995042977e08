using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>An asset's detectors in the words of the contracts.</summary>
internal static class DetectorView
{
    public static TwinDetectors Of(TwinBlueprint blueprint, TwinEngine engine, IReadOnlyList<DetectorChange> changes) => new()
    {
        AssetId = blueprint.AssetId,
        Detectors = [.. engine.Detectors().Select(d => Of(d, engine))],
        Changes = [.. changes.Select(Of)],
    };

    private static DetectorState Of(DetectorStatus status, TwinEngine engine) => new()
    {
        Id = status.Detector.Id,
        Kind = status.Detector.Kind,
        Version = status.Detector.Version,
        Role = RoleOf(status.Mode),
        Next = status.Next is { } next ? RoleOf(next) : null,
        Open = status.Open,
        Verdict = VerdictOf(status.Verdict),
        Warmup = status.Warmup,
        Gained = status.Shadow?.Gained,
        Lost = status.Shadow?.Lost,
        Common = status.Shadow?.Common,
        Findings = status.Shadow is { } shadow ? [.. shadow.Kept.Select(f => Of(f, status.Detector.Id, engine))] : [],
    };

    private static ShadowRecord Of(ShadowFinding finding, string detector, TwinEngine engine) => new()
    {
        Outcome = finding.IsCommon ? "common" : finding.IsLive ? "lost" : "gained",
        Subject = finding.Begun.Metric < 0 ? detector : engine.Metric(finding.Begun.Metric).Name,
        Begin = finding.Begun.EventTime,
        End = finding.End,
        Score = finding.Begun.Score,
        Threshold = finding.Begun.Threshold,
        Contributions = [.. finding.Begun.Contributions.Select(c => Of(c, engine.Metric(c.Metric)))],
    };

    private static Contribution Of(MetricContribution contribution, in MetricReading metric) => new()
    {
        Metric = metric.Name,
        Unit = metric.Unit,
        Observed = contribution.Observed,
        Baseline = contribution.Baseline,
        Share = contribution.Share,
    };

    private static DetectorChangeRecord Of(DetectorChange change) => new()
    {
        Kind = change.Kind.ToString().ToLowerInvariant(),
        DetectorId = change.DetectorId,
        DetectorKind = change.DetectorKind,
        Version = change.Version,
        From = change.From,
        Operator = change.Operator,
        RecordedTime = change.RecordedTime,
    };

    private static DetectorRole RoleOf(DetectorMode mode) => mode switch
    {
        DetectorMode.Live => DetectorRole.Live,
        DetectorMode.Shadow => DetectorRole.Shadow,
        _ => DetectorRole.Absent,
    };

    private static DetectorVerdict VerdictOf(DecisionVerdict? verdict) => verdict switch
    {
        DecisionVerdict.Warming => DetectorVerdict.Warming,
        DecisionVerdict.Quiet => DetectorVerdict.Quiet,
        DecisionVerdict.Pending => DetectorVerdict.Pending,
        DecisionVerdict.Active => DetectorVerdict.Active,
        DecisionVerdict.Suspended => DetectorVerdict.Suspended,
        _ => DetectorVerdict.Unknown,
    };
}
