using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Quality;
using Millwright.Plant;
using Millwright.Quality;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains.Quality;

/// <summary>Judges each step of a line, writes it to its unit, and reports violations to the quality audience.</summary>
public sealed class QualityGrain(
    [PersistentState(QualityEntity.StateName, GrainStores.Default)] IPersistentState<QualityEntity> stored,
    PlantModel plant,
    TimeProvider time,
    ILogger<QualityGrain> logger) : RecordingGrain<QualityEntity>(stored, logger), IQualityGrain
{
    /// <summary>Newest step ids kept for deduplication; a twin repeats only what its last checkpoint had not delivered.</summary>
    private const int MaxKnownIds = 256;

    private const int MaxUnitsAtRisk = 1_000;

    public async ValueTask CompleteStepAsync(StepResult step)
    {
        StepDefinition? definition = Definition(step.Step);
        StepResult judged = StepJudge.Judge(step, Limits(definition));
        if (!Entity.KnownIds.Contains(judged.Id))
        {
            (Entity.State, Entity.KnownIds) = (Next(judged), Newest(Entity.KnownIds.Add(judged.Id), MaxKnownIds));
            await RecordAsync();
        }

        // Also on a repetition: both drop what they have, and the first try may have failed half way.
        await GrainFactory.GetGrain<IUnitGrain>(judged.UnitId).RecordAsync(judged);
        if (StepJudge.IsViolated(judged))
        {
            AlertEvent alert = Alert(judged, definition?.Severity ?? 700);
            await GrainFactory.GetGrain<IIncidentGrain>(alert.IncidentId).ReportAsync(alert);
        }
    }

    public ValueTask<QualityState> GetAsync() => ValueTask.FromResult(Entity.State ?? Empty());

    private static IReadOnlyList<StepLimit> Limits(StepDefinition? step) =>
        step is null ? [] : [.. step.Limits.Select(l => new StepLimit(l.Parameter, l.Unit, l.Lower, l.Upper))];

    private static ImmutableArray<string> Newest(ImmutableArray<string> items, int limit) =>
        items.Length <= limit ? items : items.RemoveRange(0, items.Length - limit);

    private StepDefinition? Definition(string step) =>
        plant.Lines.TryGetValue(Key, out LineDefinition? line) ? line.Steps.FirstOrDefault(s => s.Name == step) : null;

    private QualityState Empty() => new() { Key = Key, Steps = 0, Violations = 0, UnitsAtRisk = [] };

    private QualityState Next(StepResult step)
    {
        QualityState before = Entity.State ?? Empty();
        bool isViolated = StepJudge.IsViolated(step);
        bool isNewAtRisk = isViolated && !before.UnitsAtRisk.Contains(step.UnitId);
        return before with
        {
            Steps = before.Steps + 1,
            Violations = before.Violations + (isViolated ? 1 : 0),
            UnitsAtRisk = isNewAtRisk ? Newest(before.UnitsAtRisk.Add(step.UnitId), MaxUnitsAtRisk) : before.UnitsAtRisk,
        };
    }

    private AlertEvent Alert(StepResult step, int severity)
    {
        AlertExplanation explanation = StepJudge.Explain(step);
        Contribution worst = explanation.Contributions[0];
        string id = CauseId.Of("step-limits", step.Id);
        return new AlertEvent
        {
            Id = id,
            AlertId = id,
            Kind = AlertKind.Raised,
            AssetId = step.AssetId,
            AlertName = "StepLimitViolated",
            Subject = $"{step.UnitId}/{step.Step}",
            EventTime = step.EventTime,
            RecordedTime = time.GetUtcNow(),
            Sequence = 0,
            Severity = severity,
            Audiences = Audiences.Quality,
            Category = AlertCategory.Process,
            IncidentId = CauseId.Of("incident", step.Id),
            Explanation = explanation,
            Summary = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{worst.Metric} {worst.Observed:G6} {worst.Unit} in step {step.Step} of unit {step.UnitId} " +
                $"violates its limit {worst.Baseline:G6}."),
            Recommendation = "Hold the unit and check the step.",
        };
    }
}
