using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Digests;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Replay;

/// <summary>
/// Tries a detector on the past: history runs through the twin's own code with the candidate in the place of the asset's detectors, and
/// what
/// it says is laid beside what was said by the detector of the same id. Detectors do not see each other, so leaving the others out changes
/// nothing but the time it takes.
/// </summary>
public sealed class Backtest(TwinCatalogue catalogue, StoredTwins twins, IVerdictStore verdicts)
{
    /// <summary>Most that either side may have told: beyond it nobody reads the comparison, and memory is the silo's.</summary>
    public const int MaxTold = 50_000;

    private const int MaxVerdicts = 10_000;

    /// <summary>How often a long run makes room for others: an API answers on the threads that samples need too.</summary>
    private const int Stride = 4_096;

    /// <summary>Null when there are more samples than the request allows.</summary>
    /// <exception cref="ReplayLimitException">One side has told more than <see cref="MaxTold"/> alerts and ends of alerts.</exception>
    public async ValueTask<BacktestReport?> RunAsync(BacktestRequest request, CancellationToken cancellationToken)
    {
        List<AlertEvent> told = [];
        var run = new TwinRun(catalogue.ForCandidate(request.AssetId, request.Metrics, request.Candidate), new TwinDigest(request.AssetId))
        {
            Told = alert => Take(told, alert, "The detector"),
        };
        (int samples, DateTimeOffset? first) = await ReplayAsync(run, request, cancellationToken);
        if (samples > request.MaxSamples)
        {
            return null;
        }

        run.Finish();
        List<AlertEvent> raised = [];
        await foreach (AlertEvent alert in twins.GetAlertsAsync(request.AssetId, cancellationToken))
        {
            if (alert.Explanation.DetectorId == request.Candidate.Id)
            {
                Take(raised, alert, "The detector of that id");
            }
        }

        ImmutableArray<StoredVerdict> said = await verdicts.GetVerdictsAsync(request.AssetId, MaxVerdicts, cancellationToken);
        return Compare(request, told, raised, said.ToDictionary(v => v.AlertId, v => v.Verdict, StringComparer.Ordinal)) with
        {
            Samples = samples,
            LearnedFrom = first,
        };
    }

    private static void Take(List<AlertEvent> told, AlertEvent alert, string who)
    {
        if (told.Count == MaxTold)
        {
            throw new ReplayLimitException("backtest.toomany", $"{who} has told more than {MaxTold} alerts and ends of alerts.");
        }

        told.Add(alert);
    }

    private async ValueTask<(int Samples, DateTimeOffset? First)> ReplayAsync(
        TwinRun run, BacktestRequest request, CancellationToken cancellationToken)
    {
        int samples = 0;
        DateTimeOffset? first = null;
        DateTimeOffset since = request.LearnFrom ?? DateTimeOffset.MinValue;
        Func<string, IAsyncEnumerable<HistoryPoint>> history = await twins.OpenHistoryAsync(request.AssetId, since, cancellationToken);
        await foreach ((TwinMetric metric, HistoryPoint point) in
            HistoryReplay.InOrderAsync(request.Metrics, history, cancellationToken))
        {
            if (point.EventTime >= request.To || ++samples > request.MaxSamples)
            {
                break;
            }

            first ??= point.EventTime;
            run.Observe(metric, point);
            if (samples % Stride == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        return (samples, first);
    }

    private static BacktestReport Compare(
        BacktestRequest request, List<AlertEvent> told, List<AlertEvent> raised, Dictionary<string, Verdict> verdicts)
    {
        ImmutableArray<AlertEpisode> would = AlertComparison.Episodes(told);

        // History ends at `to`: what is open there would meet everything that was raised later.
        ImmutableArray<AlertEpisode> was = [.. AlertComparison.Episodes(raised).Where(e => e.Begin < request.To)];
        Verdict? VerdictOn(AlertEpisode? episode) =>
            episode is not null && verdicts.TryGetValue(episode.Begun.AlertId, out Verdict verdict) ? verdict : null;
        bool IsAsked(AlertEpisode episode) => episode.Begin >= request.From && episode.Begin < request.To;

        (AlertEpisode One, AlertEpisode? Match)[] candidates =
            [.. would.Zip(AlertComparison.Match(would, was)).Where(p => IsAsked(p.First))];
        (AlertEpisode One, AlertEpisode? Match)[] standing = [.. was.Zip(AlertComparison.Match(was, would)).Where(p => IsAsked(p.First))];
        Precision Of(Func<AlertEpisode?, bool> selects) =>
            Precision.Of(standing.Where(s => selects(s.Match)).Select(s => VerdictOn(s.One)).OfType<Verdict>());
        return new BacktestReport
        {
            AssetId = request.AssetId,
            DetectorId = request.Candidate.Id,
            DetectorKind = request.Candidate.Kind,
            DetectorVersion = request.Candidate.Version,
            From = request.From,
            To = request.To,
            Samples = 0,
            Gained = candidates.Count(c => c.Match is null),
            Common = candidates.Count(c => c.Match is not null),
            Lost = standing.Count(s => s.Match is null),
            Raised = Of(_ => true),
            Kept = Of(match => match is not null),
            Missed = Of(match => match is null),
            WouldRaise = [.. candidates.Take(BacktestReport.MaxListed).Select(c => BacktestAlert.Of(c.One, c.Match, VerdictOn(c.Match)))],
            WasRaised = [.. standing.Take(BacktestReport.MaxListed).Select(s => BacktestAlert.Of(s.One, s.Match, VerdictOn(s.One)))],
            IsCut = Math.Max(candidates.Length, standing.Length) > BacktestReport.MaxListed,
        };
    }
}
