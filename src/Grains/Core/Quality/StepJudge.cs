using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Quality;
using Millwright.Telemetry;

namespace Millwright.Core.Quality;

/// <summary>Assembles steps from samples, and checks their parameters against the limits in force.</summary>
public static class StepJudge
{
    /// <summary>Scores at and above this violate: a value on its limit scores exactly 1.</summary>
    public const double Threshold = 1;

    /// <summary>The steps that a batch holds: consecutive samples of one record that carry a <see cref="UnitStep"/>.</summary>
    public static ImmutableArray<StepResult> Assemble(string assetId, ReadOnlySpan<TelemetrySample> samples, Func<string, string> unitOf)
    {
        ImmutableArray<StepResult>.Builder? steps = null;
        for (int start = 0; start < samples.Length;)
        {
            int end = start + 1;
            if (samples[start].Step is { } step)
            {
                while (end < samples.Length && samples[end].Position == samples[start].Position && Equals(samples[end].Step, step))
                {
                    end++;
                }

                (steps ??= ImmutableArray.CreateBuilder<StepResult>()).Add(Step(assetId, step, samples[start..end], unitOf));
            }

            start = end;
        }

        return steps?.ToImmutable() ?? [];
    }

    /// <summary>The step with its limits filled in and violations marked.</summary>
    public static StepResult Judge(StepResult step, IReadOnlyList<StepLimit> limits) => step with
    {
        Parameters = [.. step.Parameters.Select(p => Judge(p, limits.FirstOrDefault(l => l.Parameter == p.Name)))],
    };

    public static bool IsViolated(StepResult step) => step.Parameters.Any(p => p.IsViolated);

    /// <summary>Out of its limits, or unlike the others.</summary>
    public static bool IsAtRisk(StepResult step) => IsViolated(step) || step.Curve is { IsUnusual: true };

    /// <summary>The violated parameters by how far they are out; the shares sum to the score.</summary>
    public static AlertExplanation Explain(StepResult step)
    {
        ImmutableArray<Contribution> contributions =
        [
            .. step.Parameters.Where(p => p.IsViolated)
                .Select(p =>
                    new Contribution { Metric = p.Name, Observed = p.Value, Baseline = Nearest(p), Unit = p.Unit, Share = Score(p) })
                .OrderByDescending(c => c.Share).ThenBy(c => c.Metric, StringComparer.Ordinal),
        ];
        StepParameter worst = step.Parameters.First(p => p.Name == contributions[0].Metric);
        string side = worst.Value > worst.Upper ? "<=" : ">=";
        return new AlertExplanation
        {
            DetectorId = "step-limits",
            DetectorKind = "step-limits",
            DetectorVersion = "1",
            Score = contributions.Sum(c => c.Share),
            Threshold = Threshold,
            WindowStart = step.EventTime,
            WindowEnd = step.EventTime,
            Completeness = 1,
            Contributions = contributions,
            Counterfactual = string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{worst.Name} {side} {Nearest(worst):G6} {worst.Unit}").TrimEnd(),
            OperatingState = "unknown",
        };
    }

    private static StepResult Step(string assetId, UnitStep step, ReadOnlySpan<TelemetrySample> samples, Func<string, string> unitOf)
    {
        var parameters = ImmutableArray.CreateBuilder<StepParameter>(samples.Length);
        DateTimeOffset eventTime = samples[0].EventTime;
        foreach (TelemetrySample sample in samples)
        {
            eventTime = sample.EventTime > eventTime ? sample.EventTime : eventTime;
            parameters.Add(new StepParameter { Name = sample.Metric, Value = sample.Value, Text = sample.Text,
                Unit = unitOf(sample.Metric) });
        }

        return new StepResult
        {
            Id = CauseId.Of("step", assetId, step.UnitId, step.Step, CauseId.Instant(eventTime)),
            UnitId = step.UnitId,
            Step = step.Step,
            AssetId = assetId,
            EventTime = eventTime,
            Parameters = parameters.ToImmutable(),
        };
    }

    private static StepParameter Judge(StepParameter parameter, StepLimit? limit)
    {
        if (limit is null || parameter.Text is not null)
        {
            return parameter;
        }

        // Written so that NaN violates: a limit that cannot be checked is not kept.
        bool isInside =
            (limit.Lower is not { } lower || parameter.Value >= lower) && (limit.Upper is not { } upper || parameter.Value <= upper);
        return parameter with { Lower = limit.Lower, Upper = limit.Upper, IsViolated = !isInside };
    }

    private static double Nearest(StepParameter parameter) =>
        parameter.Upper is { } upper && (parameter.Value > upper || parameter.Lower is null) ? upper : parameter.Lower ?? 0;

    // 1 on the limit, 2 when it is out by as much as half the tolerance (or, one-sided, by as much as the limit itself).
    private static double Score(StepParameter parameter)
    {
        double limit = Nearest(parameter);
        double width =
            parameter is { Lower: { } lower, Upper: { } upper } && upper > lower ? (upper - lower) / 2 : Math.Max(Math.Abs(limit), 1e-9);
        double score = 1 + (Math.Abs(parameter.Value - limit) / width);
        return double.IsFinite(score) ? score : 1e6;
    }
}
