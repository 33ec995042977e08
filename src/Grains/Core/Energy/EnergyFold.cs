using System.Collections.Immutable;
using System.Globalization;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>What one consumption interval changes: totals, idle stretches, waste records, and what the energy audience is told.</summary>
public sealed record EnergyStep(
    EnergyState State, ImmutableSortedDictionary<string, IdleStretch> Open, ImmutableArray<AlertEvent> Alerts);

/// <summary>The energy book of a line as a fold over closed intervals.</summary>
public static class EnergyFold
{
    public const int MaxIdleWaste = 1_000;

    /// <summary>Null when the interval is known already.</summary>
    public static EnergyStep? Observe(
        EnergyState before,
        ImmutableSortedDictionary<string, IdleStretch> open,
        ConsumptionInterval interval,
        (IdleBenchmark Benchmark, string Metric, IReadOnlySet<string> IdleStates)? judgement,
        DateTimeOffset now)
    {
        if (ConsumptionFold.Add(before.Assets, interval) is not { } totals)
        {
            return null;
        }

        EnergyState state = before with { Assets = totals };
        if (judgement is not { } judged)
        {
            return new EnergyStep(state, open, []);
        }

        string key = $"{interval.AssetId}|{interval.Meter}";
        IdleStretch? stretch = open.GetValueOrDefault(key);
        IdleStretch? next = IdleJudge.Observe(stretch, interval, judged.Benchmark, judged.IdleStates);
        var alerts = ImmutableArray.CreateBuilder<AlertEvent>();
        bool isContinued = stretch is not null && next is not null && next.Start == stretch.Start;
        if (stretch is not null && !isContinued && IdleJudge.IsWaste(stretch, judged.Benchmark))
        {
            IdleWaste ended = IdleJudge.Describe(stretch, interval, judged.Benchmark, isEnded: true);
            state = Put(state, ended);
            alerts.Add(Alert(ended, stretch, judged.Metric, AlertKind.Cleared, now));
        }

        if (next is not null && IdleJudge.IsWaste(next, judged.Benchmark))
        {
            IdleWaste waste = IdleJudge.Describe(next, interval, judged.Benchmark, isEnded: false);
            bool isNew = !(isContinued && IdleJudge.IsWaste(stretch!, judged.Benchmark));
            state = Put(state, waste);
            if (isNew)
            {
                alerts.Add(Alert(waste, next, judged.Metric, AlertKind.Raised, now));
            }
        }

        return new EnergyStep(state, next is null ? open.Remove(key) : open.SetItem(key, next), alerts.ToImmutable());
    }

    private static EnergyState Put(EnergyState state, IdleWaste waste)
    {
        ImmutableArray<IdleWaste> records = state.IdleWaste;
        for (int i = records.Length - 1; i >= 0; i--)
        {
            if (records[i].Id == waste.Id)
            {
                return state with { IdleWaste = records.SetItem(i, waste) };
            }
        }

        records = records.Add(waste);
        return state with { IdleWaste = records.Length <= MaxIdleWaste ? records : records.RemoveAt(0) };
    }

    private static AlertEvent Alert(IdleWaste waste, IdleStretch stretch, string metric, AlertKind kind, DateTimeOffset now)
    {
        double rate = stretch.Quantity / stretch.Idle.TotalHours;
        double score = waste.BenchmarkPerHour > 0 ? rate / waste.BenchmarkPerHour : 1 + rate;
        string raised = CauseId.Of("idle-waste-alert", waste.Id);
        string unit = $"{waste.Unit}/h";
        return new AlertEvent
        {
            Id = kind == AlertKind.Raised ? raised : CauseId.Of("idle-waste-cleared", waste.Id),
            AlertId = raised,
            Kind = kind,
            AssetId = waste.AssetId,
            AlertName = "IdleWaste",
            Subject = metric,
            EventTime = waste.End,
            RecordedTime = now,
            Sequence = kind == AlertKind.Raised ? 0 : 1,
            Severity = 400,
            Audiences = Audiences.Energy,
            Category = AlertCategory.Energy,
            IncidentId = CauseId.Of("idle-waste-incident", waste.Id),
            Explanation = new AlertExplanation
            {
                DetectorId = $"idle-waste-{waste.Meter}",
                DetectorKind = "idle-waste",
                DetectorVersion = "1",
                Score = score,
                Threshold = waste.BenchmarkPerHour > 0 ? 1 : 1 + double.Epsilon,
                WindowStart = waste.Start,
                WindowEnd = waste.End,
                Completeness = 1,
                Contributions =
                    [new Contribution { Metric = metric, Observed = rate, Baseline = waste.BenchmarkPerHour, Unit = unit, Share = score }],
                Counterfactual = string.Create(CultureInfo.InvariantCulture, $"{metric} <= {waste.BenchmarkPerHour:G6} {unit} while idle"),
                OperatingState = "idle",
            },
            Summary = Summary(waste, rate),
            Recommendation = "Switch it off between jobs, or lower its idle load.",
        };
    }

    private static string Summary(IdleWaste waste, double rate) => string.Create(
        CultureInfo.InvariantCulture,
        $"Idle at {rate:G4} {waste.Unit}/h against {waste.BenchmarkPerHour:G4} allowed ({waste.BenchmarkOrigin}) " +
        $"since {waste.Start:yyyy-MM-dd HH:mm:ss}Z: {waste.Quantity:G4} {waste.Unit} wasted, {waste.Cost:F2} {waste.Currency}, " +
        $"{waste.Co2Kilograms:G3} kg CO2e.");
}
