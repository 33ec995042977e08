using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Energy;
using Millwright.Energy;

namespace Millwright.Grains.Tests.Core.Energy;

public class EnergyFoldTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly IdleBenchmark Benchmark = new(2, TimeSpan.FromMinutes(3), "vendor sheet", 0.25, "EUR", 0.4);

    private EnergyState state = new() { Key = "line-1", Assets = [], IdleWaste = [] };
    private ImmutableSortedDictionary<string, IdleStretch> open = ImmutableSortedDictionary.Create<string, IdleStretch>(StringComparer.Ordinal);
    private readonly List<AlertEvent> alerts = [];
    private IdleBenchmark? benchmark = Benchmark;

    [Fact]
    public void Totals_AreSplitByOperatingState()
    {
        Observe(0, ("running", 0.5, 60));
        Observe(1, ("running", 0.2, 30), ("idle", 0.1, 30));

        AssetConsumption total = Assert.Single(state.Assets);
        Assert.Equal(0.8, total.Total, 12);
        Assert.Equal([("running", 0.7, 90), ("idle", 0.1, 30)], total.States.Select(s => (s.OperatingState, Math.Round(s.Quantity, 12), (int)s.Duration.TotalSeconds)));
        Assert.Equal((T0, T0.AddMinutes(2)), (total.From, total.To));
    }

    [Fact]
    public void Repetition_ChangesNothing()
    {
        Observe(0, ("running", 0.5, 60));
        EnergyState before = state;

        Assert.False(Observe(0, ("running", 0.5, 60)));
        Assert.Equal(before, state);
    }

    [Fact]
    public void IdleAboveTheBenchmark_IsWaste_OnceItLastsLongEnough()
    {
        // 6 kWh/h against 2 allowed: 4 kWh/h too much.
        Observe(0, ("idle", 0.1, 60));
        Observe(1, ("idle", 0.1, 60));
        Assert.Empty(state.IdleWaste);

        Observe(2, ("idle", 0.1, 60));

        IdleWaste waste = Assert.Single(state.IdleWaste);
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

        IdleWaste waste = Assert.Single(state.IdleWaste);
        Assert.True(waste.IsEnded);
        Assert.Equal(5 * (0.1 - (2 / 60d)), waste.Quantity, 9);
        Assert.Equal([AlertKind.Raised, AlertKind.Cleared], alerts.Select(a => a.Kind));
        Assert.Equal(alerts[0].Id, alerts[1].AlertId);
        Assert.NotEqual(alerts[0].Id, alerts[1].Id);
        Assert.Empty(open);
    }

    [Fact]
    public void IdleWithinTheBenchmark_IsNoWaste()
    {
        foreach (int minute in Enumerable.Range(0, 30))
        {
            Observe(minute, ("idle", 2 / 60d, 60));
        }

        Assert.Empty(state.IdleWaste);
        Assert.Empty(alerts);
    }

    [Fact]
    public void ProducingInBetween_BreaksTheStretch()
    {
        foreach (int minute in Enumerable.Range(0, 8))
        {
            Observe(minute, minute % 2 == 0 ? ("idle", 0.1, 60) : ("running", 0.1, 60));
        }

        Assert.Empty(state.IdleWaste);
    }

    [Fact]
    public void Gap_BreaksTheStretch()
    {
        Observe(0, ("idle", 0.1, 60));
        Observe(1, ("idle", 0.1, 60));
        Observe(10, ("idle", 0.1, 60));

        Assert.Empty(state.IdleWaste);
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
        Assert.True(Assert.Single(state.IdleWaste).IsEnded);
    }

    [Fact]
    public void AnIntervalIssuedAgain_CountsOnce_WithItsNewestRevision()
    {
        Observe(0, ("running", 0.5, 60));
        Observe(1, ("running", 0.25, 60));
        StateConsumption[] replaced = [Part(("running", 0.5, 60))];
        Assert.True(Observe(Minute(0, ("running", 0.25, 30), ("idle", 0.125, 30)) with { Revision = 1, Replaced = [.. replaced], Sequence = 3 }));

        AssetConsumption total = Assert.Single(state.Assets);
        Assert.Equal((0.625, T0.AddMinutes(2)), (total.Total, total.To));
        Assert.Equal([("running", 0.5, 90), ("idle", 0.125, 30)], total.States.Select(s => (s.OperatingState, s.Quantity, (int)s.Duration.TotalSeconds)));

        // Delivered again after a crash, and then taken back as a whole.
        Assert.False(Observe(Minute(0, ("running", 0.25, 30)) with { Revision = 1, Replaced = [.. replaced], Sequence = 3 }));
        StateConsumption[] second = [Part(("running", 0.25, 30)), Part(("idle", 0.125, 30))];
        Assert.True(Observe(Minute(0) with { Revision = 2, Replaced = [.. second], Sequence = 4 }));
        Assert.Equal((0.25, "running"), (state.Assets[0].Total, Assert.Single(state.Assets[0].States).OperatingState));
        Assert.Empty(alerts);
    }

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
            state,
            open,
            interval,
            benchmark is null ? null : (benchmark, "power", new HashSet<string>(["idle"], StringComparer.Ordinal)),
            interval.End);
        if (step is null)
        {
            return false;
        }

        (state, open) = (step.State, step.Open);
        alerts.AddRange(step.Alerts);
        return true;
    }
}
