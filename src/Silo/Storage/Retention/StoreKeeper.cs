using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage.Retention;

/// <summary>
/// Deletes what is older than its tier is kept, in small steps between others' writes, gives the space back, and watches the size.
/// </summary>
public sealed partial class StoreKeeper(
    StoreDatabase database, ITwinStore twins, IOptions<RetentionOptions> options, StoreBound bound, TimeProvider time,
    ILogger<StoreKeeper> logger) : BackgroundService
{
    private const int PageSize = 1_000;
    private const double NearShare = 0.8;

    private readonly RetentionOptions options = options.Value;

    /// <summary>One round over everything. Returns the rows deleted.</summary>
    public async Task<long> KeepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        int rows = options.StepRows;
        long deleted = 0;
        string? after = null;
        ImmutableArray<string> ids;
        do
        {
            ids = await twins.GetAssetIdsAsync(after, PageSize, cancellationToken);
            foreach (string id in ids)
            {
                deleted += await DrainAsync(
                    (s, from) => RetentionSteps.Blocks(s, id, Before(now, options.Raw), rows, from), cancellationToken);
                deleted += await DrainWindowsAsync(id, Before(now, options.Minute), cancellationToken);
                after = id;
            }
        }
        while (ids.Length == PageSize);

        deleted += await DrainAsync((s, from) => RetentionSteps.Hours(s, Before(now, options.Hour), rows, from), cancellationToken);
        deleted += await DrainAsync((s, from) => RetentionSteps.Alerts(s, Before(now, options.Alerts), rows, from), cancellationToken);
        if (deleted > 0)
        {
            await database.ShrinkAsync(options, time, cancellationToken);
            LogDeleted(deleted);
        }

        await MeasureAsync(cancellationToken);
        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (!await database.TryAloneAsync("retention", () => KeepAsync(stoppingToken), stoppingToken))
                    {
                        // Another silo deletes; how full the store is everybody's health says.
                        await MeasureAsync(stoppingToken);
                    }
                }
                catch (Exception failure) when (failure is not OutOfMemoryException && !stoppingToken.IsCancellationRequested)
                {
                    // Nothing is half deleted; the next round tries again.
                    LogKeepFailed(failure);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private static long Before(DateTimeOffset now, TimeSpan age) => Math.Max(0, now.UtcTicks - age.Ticks);

    private async ValueTask<long> DrainAsync(Func<Statements, RetentionPlace, RetentionStep> step, CancellationToken cancellationToken)
    {
        long deleted = 0;
        RetentionPlace? place = RetentionPlace.Begin;
        while (place is { } from)
        {
            RetentionStep done = await StepAsync(s => step(s, from), cancellationToken);
            deleted += done.Deleted;
            place = done.Next;
        }

        return deleted;
    }

    private async ValueTask<long> DrainWindowsAsync(string id, long before, CancellationToken cancellationToken)
    {
        long deleted = 0;
        long from = long.MinValue;
        while (await database.ReadAsync(s => WindowSteps.NextHour(s, id, before, from), cancellationToken) is { } hour)
        {
            RetentionStep done = await StepAsync(s => WindowSteps.Hour(s, id, before, options.StepRows, hour), cancellationToken);
            deleted += done.Deleted;
            from = done.Next is null ? hour + TimeSpan.TicksPerHour : hour;
        }

        return deleted;
    }

    private async ValueTask<RetentionStep> StepAsync(Func<Statements, RetentionStep> step, CancellationToken cancellationToken)
    {
        RetentionStep done = await database.WriteAsync(step, cancellationToken);
        foreach (StoreDamage damage in done.Damaged)
        {
            database.Report(damage);
        }

        if (done.Deleted > 0)
        {
            await Task.Delay(options.StepPause, time, cancellationToken);
        }

        return done;
    }

    private async ValueTask MeasureAsync(CancellationToken cancellationToken)
    {
        long used = await database.UsedBytesAsync(cancellationToken);
        database.Health.Size(used, bound, used >= bound.MaxBytes * NearShare);
    }

    [LoggerMessage(3220, LogLevel.Information, "Retention deleted {Rows} rows.")]
    private partial void LogDeleted(long rows);

    [LoggerMessage(3221, LogLevel.Warning, "Retention stopped before its end.")]
    private partial void LogKeepFailed(Exception failure);
}
