using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Tests.Storage.Suites;
using Millwright.Testing.Postgres;
using Millwright.Twins;
using Xunit.Abstractions;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>
/// Servers that are killed and connections that are cut in the midst of many writes. What was acknowledged is there, half of nothing is,
/// and no writer takes its own commit for another's.
/// </summary>
[NeedsPostgres]
public sealed class PostgresFaultTests(ITestOutputHelper output) : StoreSuite
{
    private const int Writers = 24;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private PostgresServer? server;

    private PostgresBench Bench => (PostgresBench)Stage;

    private protected override async ValueTask<StoreStage> NewStageAsync()
    {
        server = await PostgresServer.StartNewAsync();
        return PostgresBench.On(server);
    }

    [SuiteFact]
    public async Task ServerKilledInMidstOfManySaves_HasAllThatWasAcknowledged_AndHalfOfNothing()
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable("MILLWRIGHT_POSTGRES_KILLS") ?? "1", CultureInfo.InvariantCulture);
        var run = new SaveRun(Stage.Twins(new HistoryDecoder()), Stage.Alerts, Writers);
        for (int round = 0; round < rounds; round++)
        {
            int before = run.Acknowledged;
            using var stop = new CancellationTokenSource();
            Task writing = run.RunAsync(stop.Token);
            await run.ReachesAsync(before + 300).WaitAsync(Bound);
            server!.Kill();
            await server.StartAsync();

            // The same silo goes on where it was refused.
            await run.ReachesAsync(run.Acknowledged + 100).WaitAsync(Bound);
            await stop.CancelAsync();
            await writing.WaitAsync(Bound);
            await run.AssertAllIsThereAsync();
            Assert.Empty(await Stage.VerifyAsync());
            await ReportAsync($"kill {round + 1}", run);
        }

        Assert.Null(Bench.Database.Health.Unsynced);
        await server!.DisposeAsync();
    }

    [SuiteFact]
    public async Task ConnectionsCutAgainAndAgain_AreTriedAgain_AndNobodyIsFencedByItself()
    {
        int cuts = int.Parse(Environment.GetEnvironmentVariable("MILLWRIGHT_POSTGRES_CUTS") ?? "15", CultureInfo.InvariantCulture);
        var run = new SaveRun(Stage.Twins(new HistoryDecoder()), Stage.Alerts, Writers);
        using var stop = new CancellationTokenSource();
        Task writing = run.RunAsync(stop.Token);
        for (int cut = 0; cut < cuts; cut++)
        {
            await run.ReachesAsync(run.Acknowledged + 20).WaitAsync(Bound);
            Bench.Ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'millwright'");
        }

        await stop.CancelAsync();
        await writing.WaitAsync(Bound);
        await run.AssertAllIsThereAsync();
        Assert.Equal(0, run.Fenced);
        Assert.Empty(await Stage.VerifyAsync());
        await ReportAsync($"{cuts} cuts", run);
        await server!.DisposeAsync();
    }

    [SuiteFact]
    public async Task StoreAway_IsRed_WritesFailTyped_AndGoOnWhenItIsBack()
    {
        ITwinStore twins = Stage.Twins(new HistoryDecoder());
        IAlertStore alerts = Stage.Alerts;
        await twins.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 0, Snapshot = new byte[1] }, default);
        await server!.StopAsync();

        await Assert.ThrowsAsync<TwinStoreException>(async () => await twins.SaveAsync(
            new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 1, Snapshot = new byte[2] }, default));
        await Assert.ThrowsAsync<TwinStoreException>(async () => await twins.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<StoreException>(async () => await alerts.AppendAsync(StoreExamples.Alert(1), default));
        Assert.NotNull(Bench.Database.Health.Unsynced);

        await server.StartAsync();
        await twins.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 1, Snapshot = new byte[2] }, default);
        Assert.True(await alerts.AppendAsync(StoreExamples.Alert(1), default));
        Assert.Null(Bench.Database.Health.Unsynced);
        Assert.Equal(2, (await twins.LoadAsync("a:b", default))!.Epoch);
        await server.DisposeAsync();
    }

    [SuiteFact]
    public async Task TwoSilosWithOneTwin_EachEpochIsWrittenByOne_AndNothingOfTheOther()
    {
        using PostgresDatabase other = Bench.Open();
        ITwinStore[] silos = [Stage.Twins(new HistoryDecoder()), Bench.TwinsOf(other, new HistoryDecoder())];
        int[] won = [0, 0];
        await Task.WhenAll(Enumerable.Range(0, 2).Select(silo => Task.Run(async () =>
        {
            var fill = new SaveStream("a:b", 1_000_000 * silo);
            while (won.Sum() < 200)
            {
                StoredCheckpoint? stored = await silos[silo].LoadAsync("a:b", default);
                try
                {
                    await silos[silo].SaveAsync(fill.After(stored), default);
                    Interlocked.Increment(ref won[silo]);
                }
                catch (TwinFencedException)
                {
                    // The other was first; its checkpoint is the one to build on.
                }
            }
        })));

        StoredCheckpoint last = (await silos[0].LoadAsync("a:b", default))!;
        Assert.Equal(won.Sum(), last.Epoch);
        Assert.Equal(last.Epoch, Bench.Ask("SELECT count(*) FROM history"));
        Assert.Empty(await Stage.VerifyAsync());
        output.WriteLine($"won {won[0]} and {won[1]}");
        await server!.DisposeAsync();
    }

    private async Task ReportAsync(string what, SaveRun run)
    {
        output.WriteLine(
            $"{what}: {run.Acknowledged} writes acknowledged, {run.Refused} refused, {run.Fenced} fenced, " +
            $"{Bench.Ask("SELECT count(*) FROM history")} blocks, {Bench.Ask("SELECT count(*) FROM alert")} alerts");
        await Task.CompletedTask;
    }
}
