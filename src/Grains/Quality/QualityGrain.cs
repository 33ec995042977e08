using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Quality;
using Millwright.Core.Quality.Curves;
using Millwright.Core.State;
using Millwright.Plant;
using Millwright.Quality;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains.Quality;

/// <summary>Judges each step of a line, its values and its curve, writes it to its unit, and reports to the quality audience.</summary>
public sealed partial class QualityGrain(
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
            judged = JudgeCurve(judged, definition?.Curve);
            (Entity.State, Entity.KnownIds) = (Next(judged), Newest(Entity.KnownIds.Add(judged.Id), MaxKnownIds));
            Entity.UnusualCurves =
                [.. Entity.UnusualCurves.Add(judged).Where(s => s.Curve is { IsUnusual: true } && Entity.KnownIds.Contains(s.Id))];
            await RecordAsync();
        }
        else
        {
            judged = Entity.UnusualCurves.FirstOrDefault(s => s.Id == judged.Id) ?? judged;
        }

        // Also on a repetition: both drop what they have, and the first try may have failed half way.
        await GrainFactory.GetGrain<IUnitGrain>(judged.UnitId).RecordAsync(judged);
        foreach (AlertEvent alert in Alerts(judged, definition?.Severity ?? 700))
        {
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
        bool isAtRisk = StepJudge.IsAtRisk(step);
        bool isNewAtRisk = isAtRisk && !before.UnitsAtRisk.Contains(step.UnitId);
        return before with
        {
            Steps = before.Steps + 1,
            Violations = before.Violations + (isAtRisk ? 1 : 0),
            UnitsAtRisk = isNewAtRisk ? Newest(before.UnitsAtRisk.Add(step.UnitId), MaxUnitsAtRisk) : before.UnitsAtRisk,
        };
    }

    // The model is read from and written to the entity at each step, so that it is never ahead of what was recorded.
    private StepResult JudgeCurve(StepResult step, CurveDefinition? definition)
    {
        if (definition is null)
        {
            return step;
        }

        CurveModel model = Restore(step.Step, definition);
        StepResult judged = StepCurveJudge.Observe(model, step, definition.Metric, definition.Programme, definition.Version);
        var bytes = new ArrayBufferWriter<byte>();
        model.Save(new StateWriter(bytes));
        Entity.CurveModels[step.Step] = bytes.WrittenSpan.ToArray();
        return judged;
    }

    private CurveModel Restore(string step, CurveDefinition definition)
    {
        var options = new CurveModelOptions
        {
            Threshold = definition.Threshold, WarmUp = definition.WarmUp, Version = definition.Version,
        };
        if (Entity.CurveModels.TryGetValue(step, out byte[]? bytes))
        {
            try
            {
                var model = new CurveModel(options);
                model.Restore(new StateReader(bytes));
                return model;
            }
            catch (StateFormatException fault)
            {
                // The half-read model is dropped, and learning starts anew: one unreadable model may not stop the line's quality book.
                LogCurveModelUnreadable(logger, Key, step, fault);
            }
        }

        return new CurveModel(options);
    }

    private IEnumerable<AlertEvent> Alerts(StepResult step, int severity)
    {
        if (StepJudge.IsViolated(step))
        {
            AlertExplanation explanation = StepJudge.Explain(step);
            Contribution worst = explanation.Contributions[0];
            yield return Alert(step, severity, explanation) with
            {
                Summary = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{worst.Metric} {worst.Observed:G6} {worst.Unit} in step {step.Step} of unit {step.UnitId} " +
                    $"violates its limit {worst.Baseline:G6}."),
            };
        }

        if (step.Curve is { IsUnusual: true } curve)
        {
            Contribution worst = curve.Contributions[0];
            yield return Alert(step, severity, StepCurveJudge.Explain(step)) with
            {
                AlertName = "StepCurveUnusual",
                Summary = string.Create(
                    CultureInfo.InvariantCulture,
                    $"The curve of step {step.Step} of unit {step.UnitId} is unlike the usual ones: above all {worst.Metric} " +
                    $"{worst.Observed:G4} {worst.Unit} instead of {worst.Baseline:G4}."),
            };
        }
    }

    private AlertEvent Alert(StepResult step, int severity, AlertExplanation explanation)
    {
        string id = CauseId.Of(explanation.DetectorId, step.Id);
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
            Summary = "",
            Recommendation = "Hold the unit and check the step.",
        };
    }
}
