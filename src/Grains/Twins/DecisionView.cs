using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>
/// Why there is an alert, and why there is none: what detectors say of themselves, and what stands between them and people. The codes are
/// listed in docs/reason-codes.md.
/// </summary>
internal static class DecisionView
{
    public static TwinDecisions Of(TwinBlueprint blueprint, TwinEngine engine, AlertBook alerts)
    {
        List<DetectorStanding> standings = [];
        engine.CollectDecisions(standings);
        ImmutableArray<AlertEvent> active = alerts.ActiveAlerts;
        return new TwinDecisions
        {
            AssetId = blueprint.AssetId,
            Newest = engine.Newest,
            Watermark = engine.Watermark,
            OperatingState = engine.OperatingState,
            Decisions = [.. standings.Select(s => Of(s, engine, active))],
        };
    }

    private static DetectorDecision Of(in DetectorStanding standing, TwinEngine engine, ImmutableArray<AlertEvent> active)
    {
        (DetectorIdentity detector, int metric, Decision? decision) = standing;
        string subject = metric < 0 ? detector.Id : engine.Metric(metric).Name;
        AlertEvent? open = active.FirstOrDefault(a => a.Subject == subject && a.Explanation.DetectorId == detector.Id);
        return new DetectorDecision
        {
            DetectorId = detector.Id,
            DetectorKind = detector.Kind,
            DetectorVersion = detector.Version,
            Subject = subject,
            Verdict = VerdictOf(decision),
            EventTime = decision?.EventTime,
            Score = decision?.Score ?? double.NaN,
            Threshold = decision?.Threshold ?? double.NaN,
            Warmup = decision?.Warmup ?? 0,
            Inputs = decision is null ? [] : [.. decision.Contributions.Select(c => InputOf(c, engine))],
            SuppressedBy = Suppressions(standing, engine, open, active.Length),
            AlertId = open?.AlertId,
            PriorPeers = decision?.PriorPeers ?? 0,
        };
    }

    private static Contribution InputOf(MetricContribution contribution, TwinEngine engine)
    {
        MetricReading metric = engine.Metric(contribution.Metric);
        return new Contribution
        {
            Metric = metric.Name,
            Unit = metric.Unit,
            Observed = contribution.Observed,
            Baseline = contribution.Baseline,
            Share = contribution.Share,
        };
    }

    private static DetectorVerdict VerdictOf(Decision? decision) => decision?.Verdict switch
    {
        DecisionVerdict.Warming => DetectorVerdict.Warming,
        DecisionVerdict.Quiet => DetectorVerdict.Quiet,
        DecisionVerdict.Pending => DetectorVerdict.Pending,
        DecisionVerdict.Active => DetectorVerdict.Active,
        DecisionVerdict.Suspended => DetectorVerdict.Suspended,
        _ => DetectorVerdict.Unknown,
    };

    private static ImmutableArray<Suppression> Suppressions(
        in DetectorStanding standing, TwinEngine engine, AlertEvent? open, int active)
    {
        List<Suppression> found = [];
        switch (standing.Decision?.Verdict)
        {
            case null:
                Add("detector.unjudged", "The detector has judged nothing of this subject that it could report.");
                break;
            case DecisionVerdict.Warming:
                Add("detector.warmup", $"It learns what is normal: {(int)(standing.Decision.Warmup * 100)} % done.");
                break;
            case DecisionVerdict.Pending:
                Add("detector.dwell", "It is beyond its threshold, and not yet for as long or as often as it takes.");
                break;
            case DecisionVerdict.Suspended:
                Add(
                    "state.suspended",
                    $"It does not judge while the operating state is '{engine.OperatingState}', or just after a change.");
                break;
            case DecisionVerdict.Active when open is not null:
                Add("alert.open", "Its alert is open: it is told once.");
                break;
            case DecisionVerdict.Active when active >= AlertBook.MaxActive:
                Add("alert.limit", $"{AlertBook.MaxActive} alerts of this asset are open: no further one is raised.");
                break;
        }

        if (standing.Decision is { PriorPeers: > 0 and int peers } decision)
        {
            Add(
                "baseline.prior",
                $"Its baseline is a prior from {peers} peers until its own is learned: {(int)(decision.Warmup * 100)} % done.");
        }

        AddInput(standing.Metric, engine, Add);
        return [.. found];

        void Add(string code, string detail) => found.Add(new Suppression { Code = code, Detail = detail });
    }

    /// <summary>What has come and was not judged, or not yet.</summary>
    private static void AddInput(int metric, TwinEngine engine, Action<string, string> add)
    {
        if (engine.IsInDoubt)
        {
            add("samples.late", "Late samples have come that are judged with the next rewind.");
        }

        if (engine.Waiting > 0)
        {
            add("samples.waiting", $"{engine.Waiting} samples wait for the watermark: older ones may still come.");
        }

        if (engine.IsHeldBack)
        {
            List<SourceStanding> sources = [];
            engine.CollectSources(sources);
            SourceStanding slowest = sources.Where(s => s.IsWaitedFor).DefaultIfEmpty().MaxBy(s => s.Lag);
            add("source.behind", $"The watermark waits for the source '{slowest.Name}', which is {slowest.Lag} behind the newest.");
        }

        if (engine.IsIdle)
        {
            add("source.idle", "The source is silent for longer than the idle timeout.");
        }

        if (metric >= 0 && engine.Metric(metric) is { HasValue: true, Quality: not SampleQuality.Good } reading)
        {
            add(
                reading.Quality == SampleQuality.Stale ? "input.stale" : "input.quality",
                reading.Quality == SampleQuality.Stale
                    ? $"{reading.Name} has not come for {TwinEngine.StaleAfterIntervals} expected intervals."
                    : $"The newest {reading.Name} is {reading.Quality.ToString().ToLowerInvariant()}: only good samples are judged.");
        }
    }
}
