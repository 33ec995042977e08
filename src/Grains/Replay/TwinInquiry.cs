using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Digests;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Replay;

/// <summary>
/// Asks the past: runs an asset's stored history through its twin's code up to a moment, with all that is known of it today, and looks.
/// </summary>
public sealed class TwinInquiry(StoredTwins twins)
{
    /// <summary>Most samples of one inquiry: some ten seconds. Beyond it there is no answer rather than one from half a history.</summary>
    public const int MaxSamples = 2_000_000;

    /// <summary>A verdict may be reached some time after the event time that it is about.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>
    /// What each detector made of what was measured until <paramref name="at"/>; null for an asset that was never written.
    /// </summary>
    public async ValueTask<Inquiry<TwinDecisions>?> DecisionsAsync(
        string assetId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await twins.GetMetricsAsync(assetId, cancellationToken) is not { } metrics)
        {
            return null;
        }

        var run = new TwinRun(await twins.GetBlueprintAsync(assetId, cancellationToken), new TwinDigest(assetId));
        (int samples, DateTimeOffset? first) = await RunAsync(run, assetId, metrics, s => s <= at, () => false, cancellationToken);
        if (samples <= MaxSamples)
        {
            run.Advance(at);
        }

        return new Inquiry<TwinDecisions>(samples <= MaxSamples ? run.Decisions() : null, samples, first);
    }

    /// <summary>
    /// The beginning of this alert as the replay tells it; none when it does not. Null for an asset that was never written.
    /// </summary>
    public async ValueTask<Inquiry<AlertEvent>?> VerdictAsync(AlertEvent alert, CancellationToken cancellationToken)
    {
        if (await twins.GetMetricsAsync(alert.AssetId, cancellationToken) is not { } metrics)
        {
            return null;
        }

        AlertEvent? found = null;
        var run = new TwinRun(await twins.GetBlueprintAsync(alert.AssetId, cancellationToken), new TwinDigest(alert.AssetId))
        {
            Told = told => found ??= told.AlertId == alert.AlertId && told.Kind is AlertKind.Raised or AlertKind.Amended ? told : null,
        };
        DateTimeOffset end = DateTimeOffset.MaxValue - alert.EventTime > Patience ? alert.EventTime + Patience : DateTimeOffset.MaxValue;
        bool isPast = false;
        bool Takes(DateTimeOffset eventTime)
        {
            // Also the first sample after the end: it may show that nothing came before it.
            bool wasPast = isPast;
            isPast |= eventTime > end;
            return !wasPast;
        }

        (int samples, DateTimeOffset? first) =
            await RunAsync(run, alert.AssetId, metrics, Takes, () => found is not null, cancellationToken);
        if (found is null && samples <= MaxSamples)
        {
            run.Advance(alert.RecordedTime > alert.EventTime ? alert.RecordedTime : alert.EventTime);
            run.Finish();
        }

        return new Inquiry<AlertEvent>(found, samples, first);
    }

    private async ValueTask<(int Samples, DateTimeOffset? First)> RunAsync(
        TwinRun run, string assetId, ImmutableArray<TwinMetric> metrics, Func<DateTimeOffset, bool> takes, Func<bool> isEnough,
        CancellationToken cancellationToken)
    {
        int samples = 0;
        DateTimeOffset? first = null;
        Func<string, IAsyncEnumerable<HistoryPoint>> history =
            await twins.OpenHistoryAsync(assetId, DateTimeOffset.MinValue, cancellationToken);
        await foreach ((TwinMetric metric, HistoryPoint point) in HistoryReplay.InOrderAsync(metrics, history, cancellationToken))
        {
            if (isEnough() || !takes(point.EventTime) || ++samples > MaxSamples)
            {
                break;
            }

            first ??= point.EventTime;
            run.Observe(metric, point);
        }

        return (samples, first);
    }
}
