using System.Collections.Immutable;
using System.Globalization;
using Millwright.Alerts;
using Millwright.Quality;

namespace Millwright.Core.Quality.Curves;

/// <summary>From a step's parameters to the judgement of its curve, and to words.</summary>
public static class StepCurveJudge
{
    public const string DetectorKind = "step-curve";

    /// <summary>Judges the step's curve and learns from it. The step as it is when it has no curve, or none is judged yet.</summary>
    /// <param name="model">What has been learned of the step's curves.</param>
    /// <param name="metric">The parameters <c>metric.peak</c>, <c>metric.angle</c>, … are the curve's features.</param>
    /// <param name="programme">Parameter that names the programme; empty for none.</param>
    /// <param name="version">Of the definition.</param>
    public static StepResult Observe(CurveModel model, StepResult step, string metric, string programme, string version)
    {
        double[] features = new double[CurveFeatures.Count];
        string[] units = new string[CurveFeatures.Count];
        for (int i = 0; i < features.Length; i++)
        {
            if (Find(step, $"{metric}.{CurveFeatures.Names[i]}") is not { Text: null } parameter)
            {
                return step;
            }

            features[i] = parameter.Value;
            units[i] = parameter.Unit;
        }

        string name = programme.Length == 0 ? "" : NameOf(Find(step, programme));
        return model.Observe(name, features) is not { } judgement
            ? step
            : step with { Curve = Describe(judgement, metric, name, units) with { Version = version } };
    }

    public static AlertExplanation Explain(StepResult step)
    {
        StepCurve? curve = step.Curve;
        Invariant.Holds(curve is not null);
        return new AlertExplanation
        {
            DetectorId = DetectorKind,
            DetectorKind = DetectorKind,
            DetectorVersion = curve.Version,
            Score = curve.Score,
            Threshold = curve.Threshold,
            WindowStart = step.EventTime,
            WindowEnd = step.EventTime,
            Completeness = 1,
            Contributions = curve.Contributions,
            Counterfactual = curve.Counterfactual,
            OperatingState = "unknown",
        };
    }

    private static StepParameter? Find(StepResult step, string name) => step.Parameters.FirstOrDefault(p => p.Name == name);

    private static string NameOf(StepParameter? programme) =>
        programme?.Text ?? programme?.Value.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static StepCurve Describe(CurveJudgement judgement, string metric, string programme, string[] units)
    {
        string NameOf(int feature) => $"{metric}.{CurveFeatures.Names[feature]}";
        return new StepCurve
        {
            Score = judgement.Score,
            Threshold = judgement.Threshold,
            IsUnusual = judgement.IsUnusual,
            Programme = programme,
            Learned = judgement.Learned,
            Contributions =
            [
                .. judgement.Shares
                    .Select(s => new Contribution
                    {
                        Metric = NameOf(s.Feature), Observed = s.Observed, Baseline = s.Usual, Unit = units[s.Feature], Share = s.Share,
                    })
                    .OrderByDescending(c => c.Share).ThenBy(c => c.Metric, StringComparer.Ordinal),
            ],
            Counterfactual = Counterfactual(judgement, NameOf, units),
            Version = "",
        };
    }

    // Not every curve comes inside by one feature: then it is told how near all of them together would have sufficed.
    private static string Counterfactual(CurveJudgement judgement, Func<int, string> nameOf, string[] units)
    {
        if (!judgement.IsUnusual)
        {
            return "";
        }

        if (judgement.Counterfactual is { } one)
        {
            string side = one.Usual < one.Observed ? "<=" : ">=";
            return string.Create(
                CultureInfo.InvariantCulture, $"{nameOf(one.Feature)} {side} {one.Usual:R} {units[one.Feature]}").TrimEnd();
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"all features at {judgement.Nearness} % of their distance from the usual");
    }
}
