using System.Collections.Immutable;
using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage.Verify;

/// <summary>
/// Reads and checks every row once per interval, one asset at a time with pauses, so that damage shows before somebody needs the row.
/// </summary>
public sealed partial class StoreScrubber(
    StoreDatabase database, ITwinStore twins, ScrubPace pace, TimeProvider time, ILogger<StoreScrubber> logger)
    : BackgroundService
{
    private const int PageSize = 500;

    /// <summary>One pass. Returns the damages found; health has them too.</summary>
    public async Task<long> ScrubAsync(CancellationToken cancellationToken)
    {
        var counts = new VerifyCounts();
        long found = await ReportAsync(database.Structure, cancellationToken);
        string? after = null;
        ImmutableArray<string> ids;
        do
        {
            ids = await twins.GetAssetIdsAsync(after, PageSize, cancellationToken);
            foreach (string id in ids)
            {
                found += await ReportAsync(statements => StoreVerifier.Twin(statements, id, counts), cancellationToken);
                after = id;
                await Task.Delay(pace.Pause, time, cancellationToken);
            }
        }
        while (ids.Length == PageSize);

        found += await ReportAsync(statements => StoreVerifier.Shared(statements, counts), cancellationToken);
        LogScrubbed(counts.Assets, counts.Blocks, counts.Windows, found);
        return found;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            bool isDue = pace.IsDueAtStart();
            while (true)
            {
                if (!isDue)
                {
                    await Task.Delay(pace.Interval, time, stoppingToken);
                }

                isDue = false;
                await TryScrubAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task TryScrubAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.TryAloneAsync("scrub", () => ScrubAsync(cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            // Reads report what they find themselves; the next pass tries again.
            LogScrubFailed(failure);
        }
    }

    private async ValueTask<long> ReportAsync(Func<Statements, IEnumerable<StoreDamage>> part, CancellationToken cancellationToken)
    {
        List<StoreDamage> found = await database.ReadInstantAsync<List<StoreDamage>>(
            statements => [.. part(statements)], cancellationToken);
        foreach (StoreDamage damage in found)
        {
            database.Report(damage);
        }

        return found.Count;
    }

    [LoggerMessage(3222, LogLevel.Information, "Scrubbed {Assets} assets, {Blocks} blocks, {Windows} windows: {Found} damages.")]
    private partial void LogScrubbed(long assets, long blocks, long windows, long found);

    [LoggerMessage(3223, LogLevel.Warning, "The scrubber stopped before the end of its pass.")]
    private partial void LogScrubFailed(Exception failure);
}
