using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every <see cref="IVerdictStore"/> promises.</summary>
public abstract class VerdictStoreSuite : StoreSuite
{
    [SuiteFact]
    public async Task Verdict_IsOnePerAlert_TheNewestCounts_AndItsOwnBeatsTheIncidents()
    {
        IVerdictStore store = Stage.Verdicts;
        await store.JudgeAsync([Of("a", Verdict.True, isOwn: true), Of("b", Verdict.True, isOwn: false)], default);
        await store.JudgeAsync([Of("a", Verdict.True, isOwn: true, minute: 1)], default);
        await store.JudgeAsync([Of("a", Verdict.Nuisance, isOwn: false, minute: 2), Of("b", Verdict.Nuisance, isOwn: false, minute: 2)], default);
        await Stage.ReopenAsync();
        store = Stage.Verdicts;

        ImmutableArray<StoredVerdict> kept = await store.GetVerdictsAsync("a:1", 10, default);

        // Said again it is the same word at the same time.
        Assert.Equal(Of("a", Verdict.True, isOwn: true), kept.Single(v => v.AlertId == "a"));
        Assert.Equal(Of("b", Verdict.Nuisance, isOwn: false, minute: 2), kept.Single(v => v.AlertId == "b"));
    }

    [SuiteFact]
    public async Task Tallies_CountEachAlertOnce_ByVersion_AndJoinWhatWasSaid()
    {
        await FillAsync(Stage.Alerts);
        IVerdictStore store = Stage.Verdicts;
        await store.JudgeAsync([Of("id-0", Verdict.True, isOwn: true), Of("id-2", Verdict.Nuisance, isOwn: true, asset: "a:2")], default);

        ImmutableArray<DetectorTally> all = await store.GetTalliesAsync(new TallyQuery(), default);

        Assert.Equal(
            [new DetectorTally("bearing", "threshold", "1", 2, 4, 1, new Precision(1, 1, 0)), new DetectorTally("bearing", "threshold", "2", 1, 1, 0, Precision.None)],
            all.AsEnumerable());
        Assert.Equal(all[1], Assert.Single(await store.GetTalliesAsync(new TallyQuery { After = ("bearing", "threshold", "1") }, default)));
        DetectorTally one = Assert.Single(await store.GetTalliesAsync(new TallyQuery { AssetId = "a:1", Limit = 1 }, default));
        Assert.Equal((2, 1, 0), (one.Raised, one.Precision.True, one.Precision.Nuisance));
    }

    [SuiteFact]
    public async Task Verdict_KeepsWhatAnOperatorTyped()
    {
        StoredVerdict odd = Of("a", Verdict.True, isOwn: true) with { Comment = "nul \0 and half \ud83d", Operator = "ü" };
        await Stage.Verdicts.JudgeAsync([odd], default);

        StoredVerdict kept = Assert.Single(await Stage.Verdicts.GetVerdictsAsync("a:1", 10, default));
        Assert.Equal("ü", kept.Operator);
        Assert.StartsWith("nul ", kept.Comment, StringComparison.Ordinal);
    }

    private protected static async Task FillAsync(IAlertStore alerts)
    {
        for (int i = 0; i < 5; i++)
        {
            AlertEvent raised = StoreExamples.Alert(i * 2) with { AssetId = i % 2 == 0 ? "a:1" : "a:2" };
            raised = raised with
            {
                Id = $"id-{i}",
                AlertId = $"id-{i}",
                Explanation = raised.Explanation with { DetectorId = "bearing", DetectorKind = "threshold", DetectorVersion = i == 4 ? "2" : "1" },
            };
            await alerts.AppendAsync(raised, default);
            await alerts.AppendAsync(raised, default);
            await alerts.AppendAsync(raised with { Id = $"end-{i}", Kind = i == 1 ? AlertKind.Retracted : AlertKind.Cleared }, default);
        }
    }

    private static StoredVerdict Of(string alert, Verdict verdict, bool isOwn, int minute = 0, string asset = "a:1") => new()
    {
        AlertId = alert,
        AssetId = asset,
        DetectorId = "bearing",
        DetectorKind = "threshold",
        DetectorVersion = "1",
        Verdict = verdict,
        Operator = "erin",
        Comment = "",
        JudgedAt = StoreExamples.Start.AddMinutes(minute),
        IsOwn = isOwn,
    };
}
