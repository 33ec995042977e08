using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Energy;
using Millwright.Energy;

namespace Millwright.Grains.Tests.Core.Energy;

public class EnergyFoldTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly IdleBenchmark Benchmark = new(2, TimeSpan.FromMinutes(3), "vendor sheet", 0.25, "EUR", 0.4);

    private EnergyBook book = new(
        new() { Key = "line-1", Assets = [], IdleWaste = [] },
        ImmutableSortedDictionary.Create<string, IdleStretch>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, ImmutableArray<HeldInterval>>(StringComparer.Ordinal));

    private readonly List<AlertEvent> alerts = [];
    private IdleBenchmark? benchmark = Benchmark;

    [Fact]
    public void Totals_AreSplitByOperatingState()
    {
        Observe(0, ("running", 0.5, 60));
        Observe(1, ("running", 0.2, 30), ("idle", 0.1, 30));

        AssetConsumption total = Assert.Single(State.Assets);
        Assert.Equal(0.8, total.Total, 12);
        Assert.Equal([("running", 0.7, 90), ("idle", 0.1, 30)], total.States.Select(s => (s.OperatingState, Math.Round(s.Quantity, 12), (int)s.Duration.TotalSeconds)));
        Assert.Equal((T0, T0.AddMinutes(2)), (total.From, total.To));
    }

    [Fact]
    public void Repetition_ChangesNothing()
    {
        Observe(0, ("running", 0.5, 60));
        EnergyState before = State;

        Assert.False(Observe(0, ("running", 0.5, 60)));
        Assert.Equal(before, State);
    }

    [Fact]
    public void IdleAboveTheBenchmark_IsWaste_OnceItLastsLongEnough()
    {
        // 6 kWh/h against 2 allowed: 4 kWh/h too much.
        Observe(0, ("idle", 0.1, 60));
        Observe(1, ("idle", 0.1, 60));
        Assert.Empty(State.IdleWaste);

        Observe(2, ("idle", 0.1, 60));

        IdleWaste waste = Assert.Single(State.IdleWaste);
        Assert.Equal(0.2, waste.Quantity, 9);
        Assert.Equal(0.05, waste.Cost, 9);
        Assert.Equal(0.08, waste.Co2Kilograms, 9);
        Assert.Equal((T0, T0.AddMinutes(3), "vendor sheet", false), (waste.Start, waste.End, waste.BenchmarkOrigin, waste.IsEnded));
        AlertEvent alert = Assert.Single(alerts);
        Assert.Equal((Audiences.Energy, AlertKind.Raised), (alert.Audiences, alert.Kind));
        Assert.Equal(3, alert.Explanation.Score, 9);
        Assert.Equal(alert.Explanation.Score, alert.Explanation.Contributions.Sum(c => c.Share), 9);
    }

    [Fact]
    public void Waste_GrowsInOneRecord_AndEndsWithTheIdling()
    {
        foreach (int minute in Enumerable.Range(0, 5))
        {
            Observe(minute, ("idle", 0.1, 60));
        }

        Observe(5, ("running", 1, 60));

        IdleWaste waste = Assert.Single(State.IdleWaste);
        Assert.True(waste.IsEnded);
        Assert.Equal(5 * (0.1 - (2 / 60d)), waste.Quantity, 9);
        Assert.Equal([AlertKind.Raised, AlertKind.Cleared], alerts.Select(a => a.Kind));
        Assert.Equal(alerts[0].Id, alerts[1].AlertId);
        Assert.NotEqual(alerts[0].Id, alerts[1].Id);
        Assert.Empty(book.Open);
    }

    [Fact]
    public void IdleWithinTheBenchmark_IsNoWaste()
    {
        foreach (int minute in Enumerable.Range(0, 30))
        {
            Observe(minute, ("idle", 2 / 60d, 60));
        }

        Assert.Empty(State.IdleWaste);
        Assert.Empty(alerts);
    }

    [Fact]
    public void ProducingInBetween_BreaksTheStretch()
    {
        foreach (int minute in Enumerable.Range(0, 8))
        {
            Observe(minute, minute % 2 == 0 ? ("idle", 0.1, 60) : ("running", 0.1, 60));
        }

        Assert.Empty(State.IdleWaste);
    }

    [Fact]
    public void Gap_BreaksTheStretch()
    {
        Observe(0, ("idle", 0.1, 60));
        Observe(1, ("idle", 0.1, 60));
        Observe(10, ("idle", 0.1, 60));

        Assert.Empty(State.IdleWaste);
    }

    [Fact]
    public void SameIntervals_GiveTheSameIds()
    {
        foreach (int minute in Enumerable.Range(0, 4))
        {
            Observe(minute, ("idle", 0.1, 60));
        }

        string id = alerts[0].Id;
        var again = new EnergyFoldTests();
        foreach (int minute in Enumerable.Range(0, 4))
        {
            again.Observe(minute, ("idle", 0.1, 60));
        }

        Assert.Equal(id, again.alerts[0].Id);
    }

    [Fact]
    public void ChangedBenchmark_NeverLeavesAnAlertWithoutItsEnd()
    {
        foreach (int minute in Enumerable.Range(0, 4))
        {
            Observe(minute, ("idle", 0.1, 60));
        }

        benchmark = Benchmark with { After = TimeSpan.FromHours(1) };
        Observe(4, ("idle", 0.1, 60));
        Observe(5, ("running", 1, 60));

        Assert.Equal([AlertKind.Raised, AlertKind.Cleared], alerts.Select(a => a.Kind));
    }

    [Fact]
    public void BenchmarkThatIsGone_EndsWhatItRaised()
    {
        foreach (int minute in Enumerable.Range(0, 4))
        {
            Observe(minute, ("idle", 0.1, 60));
        }

        benchmark = null;
        Observe(4, ("idle", 0.1, 60));

        Assert.Equal([AlertKind.Raised, AlertKind.Cleared], alerts.Select(a => a.Kind));
        Assert.True(Assert.Single(State.IdleWaste).IsEnded);
    }

    [Fact]
    public void AnIntervalIssuedAgain_CountsOnce_WithItsNewestRevision()
    {
        Observe(0, ("running", 0.5, 60));
        Observe(1, ("running", 0.25, 60));
        StateConsumption[] replaced = [Part(("running", 0.5, 60))];
        Assert.True(Observe(Minute(0, ("running", 0.25, 30), ("idle", 0.125, 30)) with { Revision = 1, Replaced = [.. replaced], Sequence = 3 }));

        AssetConsumption total = Assert.Single(State.Assets);
        Assert.Equal((0.625, T0.AddMinutes(2)), (total.Total, total.To));
        Assert.Equal([("running", 0.5, 90), ("idle", 0.125, 30)], total.States.Select(s => (s.OperatingState, s.Quantity, (int)s.Duration.TotalSeconds)));

        // Delivered again after a crash, and then taken back as a whole.
        Assert.False(Observe(Minute(0, ("running", 0.25, 30)) with { Revision = 1, Replaced = [.. replaced], Sequence = 3 }));
        StateConsumption[] second = [Part(("running", 0.25, 30)), Part(("idle", 0.125, 30))];
        Assert.True(Observe(Minute(0) with { Revision = 2, Replaced = [.. second], Sequence = 4 }));
        Assert.Equal((0.25, "running"), (State.Assets[0].Total, Assert.Single(State.Assets[0].States).OperatingState));
        Assert.Empty(alerts);
    }

    /// <summary>
    /// The twin has told 10, 9 and 9.5, and has lost the state that knew it: now it tells 10 once more, or 9 at once, by numbers that it
    /// did not give out before. What counts is its last word.
    /// </summary>
    [Theory]
    [InlineData(10, 9, 9.5)]
    [InlineData(9.5)]
    [InlineData(9, 9.5)]
    public void IntervalsAfterALossOfTheTwinsState_ReplaceWhatIsHeld_AndNotWhatTheTwinBelieves(params double[] again)
    {
        Issue(0, 41, 40, [], 10);
        Issue(1, 42, 40, [10], 9);
        Issue(2, 43, 41, [9], 9.5);

        for (int i = 0; i < again.Length; i++)
        {
            Issue(i, (1L << ConsumptionInterval.LifeBits) + 1 + i, 40, i == 0 ? [] : [again[i - 1]], again[i]);
        }

        Assert.Equal(9.5, Assert.Single(State.Assets).Total, 12);
        Assert.Equal(60, Assert.Single(State.Assets[0].States).Duration.TotalSeconds);
    }

    /// <summary>It tells all again that it may still revise: of what nobody has heard otherwise nothing changes.</summary>
    [Fact]
    public void Restatement_PutsRightWhatWasHeardOtherwise_AndNothingElse()
    {
        Issue(0, 1, 0, [], 10);
        Observe(Minute(1, ("running", 4, 60)) with { Sequence = 2, Recorded = 1 });
        Issue(1, 3, 2, [10], 3);

        // The state that knew the last of these is lost.
        long life = 1L << ConsumptionInterval.LifeBits;
        Issue(0, life + 1, 2, [10], 10);
        Observe(Minute(1, ("running", 4, 60)) with { Sequence = life + 2, Recorded = 2, Replaced = [Part(("running", 4, 60))] });

        Assert.Equal(14, Assert.Single(State.Assets).Total, 12);
        Assert.False(Observe(Minute(0, ("running", 3, 60)) with { Sequence = 3, Revision = 1 }));
    }

    [Fact]
    public void IntervalsHeld_AreThoseThatATwinMayForget_AndBounded()
    {
        for (int minute = 0; minute < 1_000; minute++)
        {
            Observe(Minute(minute, ("running", 1, 60)) with { Sequence = minute + 1, Recorded = minute - 1 });
        }

        Assert.Equal(2, Assert.Single(book.Held).Value.Length);
        for (int minute = 1_000; minute < 2_000; minute++)
        {
            Observe(Minute(minute, ("running", 1, 60)) with { Sequence = minute + 1, Recorded = 900 });
        }

        Assert.Equal(EnergyBook.MaxHeld, Assert.Single(book.Held).Value.Length);
        Assert.Equal(2_000, State.Assets[0].Total, 9);
    }

    private EnergyState State => book.State;

    private void Issue(int revision, long sequence, long recorded, double[] replaced, double quantity) => Observe(
        Minute(0, ("running", quantity, 60)) with
        {
            Revision = revision,
            Sequence = sequence,
            Recorded = recorded,
            Replaced = [.. replaced.Select(q => Part(("running", q, 60)))],
        });

    private bool Observe(int minute, params (string State, double Quantity, int Seconds)[] parts) => Observe(Minute(minute, parts));

    private static StateConsumption Part((string State, double Quantity, int Seconds) part) =>
        new() { OperatingState = part.State, Quantity = part.Quantity, Duration = TimeSpan.FromSeconds(part.Seconds) };

    private static ConsumptionInterval Minute(int minute, params (string State, double Quantity, int Seconds)[] parts) => new()
    {
        AssetId = "acme:compressor-01",
        Meter = "main",
        Medium = "electricity",
        Unit = "kWh",
        Start = T0.AddMinutes(minute),
        End = T0.AddMinutes(minute + 1),
        Completeness = 1,
        States = [.. parts.Select(Part)],
    };

    private bool Observe(ConsumptionInterval interval)
    {
        EnergyStep? step = EnergyFold.Observe(
            book,
            interval,
            benchmark is null ? null : (benchmark, "power", new HashSet<string>(["idle"], StringComparer.Ordinal)),
            interval.End);
        if (step is null)
        {
            return false;
        }

        book = step.Book;
        alerts.AddRange(step.Alerts);
        return true;
    }
}
