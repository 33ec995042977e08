using System.Globalization;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Cli.Drill.Canary;

namespace Millwright.Cli.Drill.Verdict;

/// <summary>
/// Judges from outside, asset by asset, so memory does not grow with the drill: what the API says against the plan, the acknowledgements
/// and the reference. It shares no code with the publisher but the plan.
/// </summary>
internal sealed class Checker(SiloReader silo, CanaryPlan plan, CanaryBook book, AlertReference reference, HeardAlerts heard)
{
    private const int Concurrency = 4;

    public async Task<Findings> CheckAsync(CancellationToken cancellationToken)
    {
        var findings = new Findings();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.Assets),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (asset, token) =>
            {
                for (int metric = 0; metric < CanaryPlan.Metrics.Length; metric++)
                {
                    await CheckHistoryAsync(asset, metric, findings, token);
                }

                await CheckAlertsAsync(asset, findings, token);
                await CheckFatesAsync(asset, findings, token);
            });
        if (findings.Duplicates > book.Resent * CanaryPlan.Metrics.Length)
        {
            findings.Example($"{findings.Duplicates} samples are duplicates, only {book.Resent} messages were sent again");
            findings.AddFates(0, 0, 0, 0, addUp: false);
        }

        return findings;
    }

    /// <summary>What twins have taken so far: accepted and amended samples of all assets of the canary.</summary>
    public async Task<long> TakenAsync(CancellationToken cancellationToken)
    {
        long taken = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.Assets),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (asset, token) => Interlocked.Add(ref taken, await FatesAsync(asset, token) is { } f ? f.Accepted + f.Amended : 0));
        return taken;
    }

    private async Task CheckHistoryAsync(int asset, int metric, Findings findings, CancellationToken cancellationToken)
    {
        int sent = book.Sent(asset);
        if (sent == 0)
        {
            return;
        }

        var walk = new HistoryWalk(plan, book, asset, metric, findings);
        string from = Instant(plan.EventMilliseconds(asset, 0) - 1);
        string to = Instant(plan.EventMilliseconds(asset, sent - 1) + 1);
        await silo.PagesAsync(
            $"/api/v1/history?asset={plan.AssetIds[asset]}&metric={CanaryPlan.Metrics[metric]}&limit=10000&from={from}&to={to}",
            item => walk.Take(item.GetProperty("eventTime").GetDateTimeOffset(), item.GetProperty("value").GetDouble()),
            cancellationToken);
        walk.End();
    }

    private async Task CheckAlertsAsync(int asset, Findings findings, CancellationToken cancellationToken)
    {
        List<AlertEvent> expected = reference.Of(asset, book.Sent(asset));
        var found = new HashSet<string>(StringComparer.Ordinal);
        var causes = new HashSet<(string, string, string, DateTimeOffset)>();
        int count = 0;
        int doubled = 0;
        await silo.PagesAsync(
            $"/api/v1/alerts?asset={plan.AssetIds[asset]}&size=200",
            item =>
            {
                count++;
                bool isNew = found.Add(item.GetProperty("id").GetString()!);
                bool isNewCause = causes.Add((
                    item.GetProperty("data").GetProperty("detector").GetProperty("id").GetString()!,
                    item.GetProperty("subject").GetString()!,
                    item.GetProperty("type").GetString()!,
                    item.GetProperty("time").GetDateTimeOffset()));
                doubled += isNew && isNewCause ? 0 : 1;
            },
            cancellationToken);
        string[] missing = [.. expected.Select(e => e.Id).Where(id => !found.Contains(id))];
        string[] surplus = [.. found.Except(expected.Select(e => e.Id))];
        string[] unheard = [.. expected.Select(e => e.Id).Where(id => !heard.Contains(id))];
        findings.AddAlerts(count, expected.Count, missing.Length, surplus.Length, doubled);
        findings.AddUnheard(unheard.Length);
        if (missing.Length + surplus.Length + doubled > 0)
        {
            findings.Example($"{plan.AssetIds[asset]}: missing alerts [{string.Join(' ', missing.Take(3))}], "
                + $"surplus [{string.Join(' ', surplus.Take(3))}], {doubled} doubled");
        }

        if (unheard.Length > 0)
        {
            findings.Example($"{plan.AssetIds[asset]}: alerts that were never announced [{string.Join(' ', unheard.Take(3))}]");
        }
    }

    private async Task CheckFatesAsync(int asset, Findings findings, CancellationToken cancellationToken)
    {
        long distinct = (long)book.Sent(asset) * CanaryPlan.Metrics.Length;
        Fates fates = await FatesAsync(asset, cancellationToken) ?? default;
        bool addUp = fates.Accepted + fates.Amended == distinct && fates.Dropped == 0 && fates.Rejected == 0
            && fates.Total == distinct + fates.Duplicate;
        findings.AddFates(fates.Accepted, fates.Amended, fates.Duplicate, fates.Dropped, addUp);
        if (!addUp)
        {
            findings.Example($"{plan.AssetIds[asset]}: {distinct} distinct samples, but {fates}");
        }
    }

    private async Task<Fates?> FatesAsync(int asset, CancellationToken cancellationToken)
    {
        using JsonDocument? thing = await silo.GetAsync($"/api/2/things/{plan.AssetIds[asset]}", cancellationToken);
        if (thing is null)
        {
            return null;
        }

        JsonElement fates = thing.RootElement.GetProperty("features").GetProperty("twin").GetProperty("properties").GetProperty("fates");
        return new Fates(
            fates.GetProperty("accepted").GetInt64(),
            fates.GetProperty("amended").GetInt64(),
            fates.GetProperty("duplicate").GetInt64(),
            fates.GetProperty("dropped").GetInt64(),
            fates.GetProperty("rejected").GetInt64(),
            fates.GetProperty("total").GetInt64());
    }

    private static string Instant(long milliseconds) =>
        CanaryPlan.Instant(milliseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private readonly record struct Fates(long Accepted, long Amended, long Duplicate, long Dropped, long Rejected, long Total);
}
