using System.Collections.Immutable;
using System.IO.Enumeration;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Storage;

namespace Millwright.Cli.Backtest;

/// <summary>The data directory of a silo that is stopped: no bound but patience.</summary>
internal sealed class StoreBacktestSource : IBacktestSource
{
    private const int PageSize = 1_000;
    private readonly SqliteDatabase database;
    private readonly SqliteTwinStore store;
    private readonly TwinCatalogue catalogue;
    private readonly StoredTwins twins;
    private readonly Grains.Replay.Backtest backtest;

    private StoreBacktestSource(SqliteDatabase database, TwinCatalogue catalogue, TimeProvider time)
    {
        this.database = database;
        this.catalogue = catalogue;
        store = new SqliteTwinStore(database, new HistoryDecoder(), time, NullLogger<SqliteTwinStore>.Instance);
        twins = new StoredTwins(catalogue, store, new SqliteAlertStore(database));
        backtest = new Grains.Replay.Backtest(catalogue, twins, new SqlVerdictStore(database));
    }

    /// <summary>Throws <see cref="StoreException"/>.</summary>
    public static StoreBacktestSource Open(string dataDirectory, TwinCatalogue catalogue, TimeProvider time)
    {
        string path = Path.Combine(dataDirectory, "millwright.db");
        return File.Exists(path)
            ? new StoreBacktestSource(
                SqliteDatabase.Open(new SqliteOptions { Path = path }, NullLogger<SqliteDatabase>.Instance), catalogue, time)
            : throw new StoreException("store.absent", $"There is no store at {path}.");
    }

    public async Task<IReadOnlyList<string>> GetAssetIdsAsync(string pattern, CancellationToken cancellationToken)
    {
        List<string> ids = [];
        string? after = null;
        ImmutableArray<string> page;
        do
        {
            page = await store.GetAssetIdsAsync(after, PageSize, cancellationToken);
            ids.AddRange(page.Where(id => FileSystemName.MatchesSimpleExpression(pattern, id, ignoreCase: false)));
            after = page.IsEmpty ? null : page[^1];
        }
        while (page.Length == PageSize);
        return ids;
    }

    public async Task<BacktestReport> RunAsync(string assetId, BacktestPlan plan, CancellationToken cancellationToken)
    {
        ImmutableArray<TwinMetric> metrics = await twins.GetMetricsAsync(assetId, cancellationToken) ?? [];
        AssetDefinition asset = catalogue.Asset(assetId, metrics);
        DetectorLoadResult read = catalogue.NewLoader().Load(plan.File, plan.Text, asset);
        if (read.Detector is not { } detector)
        {
            throw new BacktestException(string.Join('\n', read.Faults));
        }

        if (catalogue.Fault(asset, detector) is { } fault)
        {
            throw new BacktestException($"{assetId}: {fault}");
        }

        var request = new BacktestRequest
        {
            AssetId = assetId,
            Metrics = metrics,
            Candidate = detector,
            From = plan.From,
            To = plan.To,
            LearnFrom = plan.LearnFrom,
        };
        try
        {
            return await backtest.RunAsync(request, cancellationToken)
                ?? throw new BacktestException($"{assetId}: history has more than {int.MaxValue} samples.");
        }
        catch (ReplayLimitException limit)
        {
            throw new BacktestException($"{assetId}: {limit.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        database.Dispose();
        return ValueTask.CompletedTask;
    }
}
