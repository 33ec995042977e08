using System.Collections.Immutable;
using System.Globalization;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>What one consumption interval changes: totals, idle stretches, waste records, and what the energy audience is told.</summary>
public sealed record EnergyStep(EnergyBook Book, ImmutableArray<AlertEvent> Alerts);

/// <summary>The energy book of a line as a fold over closed intervals.</summary>
public static class EnergyFold
{
    public const int MaxIdleWaste = 1_000;

    /// <summary>Null when the interval is known already.</summary>
    public static EnergyStep? Observe(
        EnergyBook book,
        ConsumptionInterval interval,
        (IdleBenchmark Benchmark, string Metric, IReadOnlySet<string> IdleStates)? judgement,
        DateTimeOffset now)
    {
        string key = $"{interval.AssetId}|{interval.Meter}";
        ImmutableArray<AssetConsumption> before = book.State.Assets;

        // What is held goes out, whatever the twin believes to have said: it may have lost the state that knew better.
        ConsumptionInterval change = book.Find(key, interval) is { } held ? interval with { Replaced = held.States } : interval;
        if (ConsumptionFold.Add(before, change) is not { } totals)
        {
            return null;
        }

        book = book.Hold(key, interval);
        EnergyState state = book.State with { Assets = totals };
        if (!ConsumptionFold.IsNewest(before, interval))
        {
            // Totals are put right; what was said of idling stands, because people have acted on it.
            return new EnergyStep(book with { State = state }, []);
        }

        IdleStretch? stretch = book.Open.GetValueOrDefault(key);
        IdleStretch? next = judgement is { } judged ? IdleJudge.Observe(stretch, interval, judged.Benchmark, judged.IdleStates) : null;
        var alerts = ImmutableArray.CreateBuilder<AlertEvent>();
        if (stretch is { IsRaised: true } && next?.Start != stretch.Start)
        {
            (state, AlertEvent cleared) = End(state, stretch, interval, judgement, now);
            alerts.Add(cleared);
        }

        if (next is not null && judgement is { } known && (next.IsRaised || IdleJudge.IsWaste(next, known.Benchmark)))
        {
            IdleWaste waste = IdleJudge.Describe(next, interval, known.Benchmark, isEnded: false);
            state = Put(state, waste);
            if (!next.IsRaised)
            {
                alerts.Add(Alert(waste, next, known.Metric, AlertKind.Raised, now));
                next = next with { IsRaised = true };
            }
        }

        ImmutableSortedDictionary<string, IdleStretch> open = next is null ? book.Open.Remove(key) : book.Open.SetItem(key, next);
        return new EnergyStep(book with { State = state, Open = open }, alerts.ToImmutable());
    }

    /// <summary>Ends what was raised, also when the benchmark has gone from the model meanwhile: its last figures then stand.</summary>
    private static (EnergyState State, AlertEvent Alert) End(
        EnergyState state,
        IdleStretch stretch,
        ConsumptionInterval interval,
        (IdleBenchmark Benchmark, string Metric, IReadOnlySet<string> IdleStates)? judgement,
        DateTimeOffset now)
    {
        string id = IdleJudge.IdOf(interval, stretch);
        IdleWaste? known = state.IdleWaste.LastOrDefault(w => w.Id == id);
        IdleBenchmark benchmark = judgement?.Benchmark
            ?? new IdleBenchmark(known?.BenchmarkPerHour ?? 0, TimeSpan.Zero, known?.BenchmarkOrigin ?? "", 0, known?.Currency ?? "", 0);
        IdleWaste ended = judgement is null && known is not null
            ? known with { IsEnded = true }
            : IdleJudge.Describe(stretch, interval, benchmark, isEnded: true);
        return (Put(state, ended), Alert(ended, stretch, judgement?.Metric ?? interval.Meter, AlertKind.Cleared, now));
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
