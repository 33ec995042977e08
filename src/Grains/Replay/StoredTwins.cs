using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Millwright.Alerts;
using Millwright.Core.Digests;
using Millwright.Core.State;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Replay;

/// <summary>
/// Twins as the store has them: what they said so far as a digest, and the samples that led to it. For a live twin its last checkpoint
/// counts.
/// </summary>
public sealed class StoredTwins(TwinCatalogue catalogue, ITwinStore store, IAlertStore alerts)
{
    private const int PageSize = 1_000;
    private const int HistoryPage = 50_000;

    /// <summary>Null for an asset that was never written.</summary>
    public async ValueTask<StoredDigest?> GetDigestAsync(string assetId, CancellationToken cancellationToken)
    {
        var digest = new TwinDigest(assetId);
        if (await OpenAsync(assetId, digest, cancellationToken) is not ({ } envelope, { } run))
        {
            return null;
        }

        foreach (TwinMetric metric in envelope.Metrics)
        {
            await AddWindowsAsync(digest, assetId, metric.Name, cancellationToken);
        }

        await foreach (AlertEvent told in GetAlertsAsync(assetId, cancellationToken))
        {
            digest.Add(told);
        }

        foreach (TwinEffect effect in envelope.Outbox)
        {
            // Decided, and still on its way to the store.
            if (effect.Alert is { } alert)
            {
                digest.Add(alert);
            }
        }

        return new StoredDigest([.. envelope.Metrics], run.Finish()) { Changes = [.. envelope.Changes] };
    }

    /// <summary>An asset's metric table; null for one that was never written.</summary>
    public async ValueTask<ImmutableArray<TwinMetric>?> GetMetricsAsync(string assetId, CancellationToken cancellationToken) =>
        await OpenAsync(assetId, new TwinDigest(assetId), cancellationToken) is ({ } envelope, _) ? [.. envelope.Metrics] : null;

    /// <summary>What the asset's twin computes, with the changes that were made while it ran; its model's if it was never
    /// written.</summary>
    public async ValueTask<TwinBlueprint> GetBlueprintAsync(string assetId, CancellationToken cancellationToken) =>
        await OpenAsync(assetId, new TwinDigest(assetId), cancellationToken) is ({ } envelope, _)
            ? catalogue.For(assetId, envelope.Metrics, envelope.Changes)
            : catalogue.For(assetId, []);

    /// <summary>An asset's samples, for whoever reads several of its metrics; null for one that was never written.</summary>
    public async ValueTask<AssetHistory?> OpenHistoryAsync(string assetId, CancellationToken cancellationToken) =>
        await OpenAsync(assetId, new TwinDigest(assetId), cancellationToken) is ({ } envelope, { } run)
            ? new AssetHistory(store, catalogue.For(assetId, envelope.Metrics, envelope.Changes), [.. envelope.Metrics], run)
            : null;

    /// <summary>All samples of a metric, ascending, one per event time.</summary>
    public async IAsyncEnumerable<HistoryPoint> GetHistoryAsync(
        string assetId, string metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Func<string, IAsyncEnumerable<HistoryPoint>> history =
            await OpenHistoryAsync(assetId, DateTimeOffset.MinValue, cancellationToken);
        await foreach (HistoryPoint point in history(metric).WithCancellation(cancellationToken))
        {
            yield return point;
        }
    }

    /// <summary>
    /// Whoever wants many metrics: reads the checkpoint once, which may be large. Gives for the name of a metric its samples from an
    /// instant on, ascending, one per event time.
    /// </summary>
    public async ValueTask<Func<string, IAsyncEnumerable<HistoryPoint>>> OpenHistoryAsync(
        string assetId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        (_, TwinRun? run) = await OpenAsync(assetId, new TwinDigest(assetId), cancellationToken);
        return metric => ReadAsync(assetId, metric, run?.RecentHistory(metric) ?? [], since, cancellationToken);
    }

    /// <summary>What the store has, and what the twin's checkpoint still held back.</summary>
    private async IAsyncEnumerable<HistoryPoint> ReadAsync(
        string assetId, string metric, IEnumerable<HistoryPoint> recent, DateTimeOffset since,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tail = new Queue<HistoryPoint>(recent.Where(p => p.EventTime >= since));
        DateTimeOffset from = since;
        DateTimeOffset? last = null;
        ImmutableArray<HistoryPoint> page;
        do
        {
            page = await store.GetHistoryAsync(assetId, metric, from, DateTimeOffset.MaxValue, HistoryPage, cancellationToken);
            foreach (HistoryPoint stored in page)
            {
                while (tail.TryPeek(out HistoryPoint waiting) && waiting.EventTime <= stored.EventTime)
                {
                    if (tail.Dequeue() is var next && next.EventTime != last)
                    {
                        yield return next;
                        last = next.EventTime;
                    }
                }

                if (stored.EventTime != last)
                {
                    yield return stored;
                    last = stored.EventTime;
                }
            }

            from = page.IsEmpty ? from : page[^1].EventTime.AddTicks(1);
        }
        while (page.Length == HistoryPage);

        foreach (HistoryPoint rest in tail)
        {
            if (rest.EventTime != last)
            {
                yield return rest;
                last = rest.EventTime;
            }
        }
    }

    /// <summary>All that was told of an asset, oldest first.</summary>
    public async IAsyncEnumerable<AlertEvent> GetAlertsAsync(
        string assetId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        ImmutableArray<StoredAlert> page;
        do
        {
            var query = new AlertQuery { AssetId = assetId, After = after, Limit = PageSize };
            page = await alerts.QueryAsync(query, cancellationToken);
            foreach (StoredAlert stored in page)
            {
                yield return stored.Alert;
                after = stored.Ordinal;
            }
        }
        while (page.Length == PageSize);
    }

    private async ValueTask<(TwinEnvelope? Envelope, TwinRun? Run)> OpenAsync(
        string assetId, TwinDigest digest, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(assetId, cancellationToken) is not { } checkpoint)
        {
            return default;
        }

        try
        {
            TwinEnvelope envelope = TwinEnvelope.FromBytes(checkpoint.Snapshot);
            var run = new TwinRun(catalogue.For(assetId, envelope.Metrics, envelope.Changes), digest);
            run.Restore(envelope.Core);
            return (envelope, run);
        }
        catch (StateFormatException fault)
        {
            throw new TwinStoreException($"The checkpoint of {assetId} cannot be read by this version.", fault);
        }
    }

    private async ValueTask AddWindowsAsync(TwinDigest digest, string assetId, string metric, CancellationToken cancellationToken)
    {
        var query = new WindowQuery { AssetId = assetId, Metric = metric, Limit = PageSize };
        ImmutableArray<WindowResult> page;
        do
        {
            page = await store.GetWindowsAsync(query, cancellationToken);
            foreach (WindowResult window in page)
            {
                digest.Add(window);
            }

            // Newest first. Windows of several sizes may share a start, so the last one of a page begins the next.
            query = page.IsEmpty ? query : query with { To = page[^1].Start.AddTicks(1) };
        }
        while (page.Length == PageSize && page[0].Start != page[^1].Start);
    }
}
