using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Schema;
using Millwright.Silo.Storage.Verify;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class MigrationTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("millwright-old-").FullName;

    private string PathOfStore => Path.Combine(directory, "millwright.db");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task FirstVersion_IsBroughtToThis_AndItsRowsAreReadable()
    {
        MakeFirstVersion();

        using (SqliteDatabase database = Open())
        {
            SqliteTwinStore store = SqliteBench.StoreOf(database, TimeProvider.System);
            Assert.Equal(2L, (await store.LoadAsync("a:b", default))!.Epoch);
            Assert.Equal([1.5, 2.5], (await store.GetHistoryAsync("a:b", "m", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 10, default))
                .Select(p => p.Value));
            Assert.Equal(4.0, (await store.GetWindowsAsync(new() { AssetId = "a:b" }, default)).Single().Sum);
            await Assert.ThrowsAsync<Grains.Twins.TwinStoreException>(async () =>
                await store.GetHistoryAsync("a:b", "damaged", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 10, default));
        }

        // What was damaged before is named; nothing else is.
        Assert.All(StoreInspection.Run(PathOfStore).Found, d => Assert.Equal("damaged", d.Metric ?? "damaged"));
    }

    private SqliteDatabase Open() => SqliteDatabase.Open(
        new SqliteOptions { Path = PathOfStore }, Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteDatabase>.Instance);

    private void MakeFirstVersion()
    {
        using Statements statements = SqliteDatabase.Connect(PathOfStore);
        statements.Execute($"{FirstStep.Sql} PRAGMA application_id = {0x4D_57_52_54}; PRAGMA user_version = 1;");
        byte[] data = Core.History.HistoryCodec.Encode(
        [
            new(DateTimeOffset.UnixEpoch, 1.5, Telemetry.SampleQuality.Good), new(DateTimeOffset.UnixEpoch.AddSeconds(1), 2.5, Telemetry.SampleQuality.Good),
        ]);
        long first = DateTimeOffset.UnixEpoch.UtcTicks;
        statements.Execute("INSERT INTO twin VALUES (1, 'a:b', 2, 5)");
        statements.Execute("INSERT INTO snapshot VALUES (1, 0, 2, bytesum(x'0102', 2), x'0102')");
        const string history = "INSERT INTO history VALUES (1, $1, $2, $3, 2, 1, bytesum($4, 0) + $5, $4)";
        statements.Execute(history, "m", first, first + TimeSpan.TicksPerSecond, data, 0);
        statements.Execute(history, "damaged", first, first + TimeSpan.TicksPerSecond, data, 1);
        statements.Execute(
            """
            INSERT INTO window VALUES (1, 'm', 'tumbling', 600000000, $1, $2, 1, 1, 2, 4.0, 1.5, 2.5, 2, 0.5, 1.5, 2.5, 1, 600000000)
            """,
            first,
            first + TimeSpan.TicksPerMinute);
    }
}
