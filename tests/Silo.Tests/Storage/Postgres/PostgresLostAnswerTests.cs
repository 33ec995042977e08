using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Tests.Storage.Suites;
using Millwright.Testing.Postgres;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>A commit whose answer was lost was made, and once: its writer finds it and is not told that somebody else was there.</summary>
[NeedsPostgres]
public sealed class PostgresLostAnswerTests : TwinStoreFixture
{
    private CuttingProxy proxy = null!;
    private PostgresDatabase database = null!;

    private PostgresBench Bench => (PostgresBench)Stage;

    private protected override async ValueTask<StoreStage> NewStageAsync()
    {
        PostgresBench bench = await PostgresBench.NewAsync();
        var direct = new NpgsqlConnectionStringBuilder((await PostgresServer.Shared).ConnectionString);
        proxy = bench.Keep(new CuttingProxy(direct.Port));
        direct.Port = proxy.Port;
        database = bench.Keep(PostgresDatabase.Open(
            new PostgresOptions { ConnectionString = direct.ConnectionString, Schema = bench.Options.Schema },
            NullLogger<PostgresDatabase>.Instance));
        return bench;
    }

    [SuiteTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Checkpoint_IsThere_Once_AndTheNextOneFollows(int before)
    {
        using var twins = NewTwins();
        for (int epoch = 0; epoch < before; epoch++)
        {
            await twins.SaveAsync(Of(epoch, "some"), default);
        }

        proxy.CutAfter("the lost one");
        await twins.SaveAsync(Of(before, "the lost one"), default);
        await twins.SaveAsync(Of(before + 1, "next"), default);

        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(before + 2, (await twins.LoadAsync("a:b", default))!.Epoch);
        Assert.Equal(before + 2, (await twins.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 100, default)).Length);
    }

    [SuiteFact]
    public async Task Checkpoint_ThatSomebodyElseBuiltUpon_IsFenced()
    {
        using var twins = NewTwins();
        await twins.SaveAsync(Of(0, "some"), default);
        ITwinStore other = Stage.Twins(new PlainDecoder());

        proxy.CutAfter("the lost one");
        Task lost = twins.SaveAsync(Of(1, "the lost one"), default).AsTask();
        while (!lost.IsCompleted)
        {
            try
            {
                await other.SaveAsync(Of(2, "theirs"), default);
                break;
            }
            catch (TwinFencedException)
            {
                // The lost one is not there yet.
                await Task.Yield();
            }
        }

        // Whether it found its own checkpoint before the other built upon it or after: the next one is fenced.
        await lost.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(lost.IsCompletedSuccessfully || lost.Exception!.InnerException is TwinFencedException);
        StoredCheckpoint stored = (await other.LoadAsync("a:b", default))!;
        if (stored.Epoch == 3)
        {
            Assert.Equal("theirs", Encoding.UTF8.GetString(stored.Snapshot.Span));
            await Assert.ThrowsAsync<TwinFencedException>(async () => await twins.SaveAsync(Of(2, "late"), default));
        }
    }

    [SuiteFact]
    public async Task Alert_IsNew_ForItsWriter_AndCountedOnce()
    {
        using var alerts = new PostgresAlertStore(database);
        await alerts.AppendAsync(StoreExamples.Alert(2), default);

        proxy.CutAfter("id-4");
        Assert.True(await alerts.AppendAsync(StoreExamples.Alert(4), default));
        Assert.False(await alerts.AppendAsync(StoreExamples.Alert(4), default));

        Assert.Equal(1, proxy.Cuts);
        Assert.Equal([2L, 1], (await alerts.QueryAsync(new AlertQuery(), default)).Select(alert => alert.Ordinal));
        ImmutableArray<DetectorTally> tallies = await Stage.Verdicts.GetTalliesAsync(new TallyQuery(), default);
        Assert.Equal(2, Assert.Single(tallies).Raised);
    }

    [SuiteTheory]
    [InlineData(null)]
    [InlineData("before")]
    public async Task GrainState_IsWritten_AndItsETagFits(string? text)
    {
        var storage = new SqlGrainStorage(database);
        var grain = GrainId.Create("note", "1");
        var state = new GrainState<GrainStorageSuite.Note>(new() { Text = text ?? "" });
        if (text is not null)
        {
            await storage.WriteStateAsync("note", grain, state);
        }

        // The commit is the request after the one with the state.
        state.State!.Text = "the lost one";
        proxy.CutAfter(Convert.ToBase64String(new byte[9]), later: 1);
        state.State.Items = [Convert.ToBase64String(new byte[9])];
        await storage.WriteStateAsync("note", grain, state);
        Assert.Equal(1, proxy.Cuts);
        state.State.Text = "after";
        await storage.WriteStateAsync("note", grain, state);

        var read = new GrainState<GrainStorageSuite.Note>();
        await storage.ReadStateAsync("note", grain, read);
        Assert.Equal(("after", state.ETag), (read.State!.Text, read.ETag));
    }

    private PostgresTwinStore NewTwins() => new(database, new PlainDecoder(), Stage.Time, NullLogger<PostgresTwinStore>.Instance);

    private TwinCheckpoint Of(long epoch, string snapshot) => new()
    {
        AssetId = "a:b",
        ExpectedEpoch = epoch,
        Snapshot = Encoding.UTF8.GetBytes(snapshot),
        Blocks = [Link("a:b", Block("m", epoch))],
    };
}
