using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Twins;

namespace Millwright.Cli.Replay;

/// <summary>The data directory of a silo that is stopped.</summary>
internal sealed class StoreVerifySource : IVerifySource
{
    private const int PageSize = 1_000;
    private readonly SqliteDatabase database;
    private readonly SqliteTwinStore store;
    private readonly StoredTwins twins;

    private StoreVerifySource(SqliteDatabase database, TwinCatalogue catalogue, TimeProvider time)
    {
        this.database = database;
        store = new SqliteTwinStore(database, new HistoryDecoder(), time, NullLogger<SqliteTwinStore>.Instance);
        twins = new StoredTwins(catalogue, store, new SqliteAlertStore(database));
    }

    /// <summary>Throws <see cref="StoreException"/>.</summary>
    public static StoreVerifySource Open(string dataDirectory, TwinCatalogue catalogue, TimeProvider time)
    {
        string path = Path.Combine(dataDirectory, "millwright.db");
        return File.Exists(path)
            ? new StoreVerifySource(
                SqliteDatabase.Open(new SqliteOptions { Path = path }, NullLogger<SqliteDatabase>.Instance), catalogue, time)
            : throw new StoreException("store.absent", $"There is no store at {path}.");
    }

    public async Task<IReadOnlyList<string>> GetAssetIdsAsync(CancellationToken cancellationToken)
    {
        List<string> ids = [];
        ImmutableArray<string> page;
        do
        {
            page = await store.GetAssetIdsAsync(ids.Count == 0 ? null : ids[^1], PageSize, cancellationToken);
            ids.AddRange(page);
        }
        while (page.Length == PageSize);
        return ids;
    }

    public async Task<StoredDigest?> GetDigestAsync(string assetId, CancellationToken cancellationToken) =>
        await twins.GetDigestAsync(assetId, cancellationToken);

    public IAsyncEnumerable<HistoryPoint> GetHistoryAsync(string assetId, string metric, CancellationToken cancellationToken) =>
        twins.GetHistoryAsync(assetId, metric, cancellationToken);

    public ValueTask DisposeAsync()
    {
        database.Dispose();
        return ValueTask.CompletedTask;
    }
}
