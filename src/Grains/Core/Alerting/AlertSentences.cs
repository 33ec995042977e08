using Millwright.Core.Detection;

namespace Millwright.Core.Alerting;

/// <summary>
/// Says a finding in one English sentence with figures and units. The kinds differ in what convinces a person: a limit for a threshold, the
/// usual value for a baseline, a duration for a sensor that died.
/// </summary>
internal static class AlertSentences
{
    /// <summary>How many metrics of a combination a sentence names; the rest stands in the explanation.</summary>
    private const int NamedMetrics = 3;

    public static string Summary(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics, DateTimeOffset raisedAt)
    {
        if (!anomaly.IsRaised)
        {
            return Ended(anomaly, metrics, raisedAt);
        }

        return anomaly.Detector.Kind switch
        {
            ThresholdParameters.Name => Threshold(anomaly, metrics),
            StuckParameters.Name => Stuck(anomaly, metrics),
            SilenceParameters.Name => Silence(anomaly, metrics),
            _ when anomaly is { Metric: < 0, PriorPeers: > 0 } =>
                $"{Combination(anomaly, metrics)} do not fit together as at its peers, {Score(anomaly)}",
            _ when anomaly.Metric < 0 => $"{Combination(anomaly, metrics)} do not fit together as they used to, {Score(anomaly)}",
            _ => $"{Against(anomaly.Contributions[0], metrics)}, {Score(anomaly)}",
        };
    }

    /// <summary>Empty when no value of a single metric would have kept it from firing.</summary>
    public static string Counterfactual(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics)
    {
        if (anomaly.CounterfactualValue is not { } value)
        {
            return anomaly is { IsRaised: true, Detector.Kind: SilenceParameters.Name }
                ? $"any good sample of {metrics[anomaly.Metric].Name} before {anomaly.EventTime.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFF}Z"
                : "";
        }

        MetricLabel metric = metrics[anomaly.CounterfactualMetric];
        string relation = anomaly.CounterfactualIsUpper ? "<=" : ">=";
        return Figures.WithUnit($"{metric.Name} {relation} {CounterfactualFigure(anomaly, value)}", metric.Unit);
    }

    /// <summary>
    /// The value as people read it, rounded to the side on which it does not fire. It is this one that the twin tries.
    /// </summary>
    public static string CounterfactualFigure(Anomaly anomaly, double value)
    {
        double observed = anomaly.Contributions.First(entry => entry.Metric == anomaly.CounterfactualMetric).Observed;
        return anomaly.CounterfactualIsUpper ? Figures.AtMost(value, observed - value) : Figures.AtLeast(value, observed - value);
    }

    private static string Threshold(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics)
    {
        MetricContribution entry = anomaly.Contributions[0];
        MetricLabel metric = metrics[entry.Metric];
        bool isUpper = anomaly.CounterfactualIsUpper;
        string relation = entry.Observed == entry.Baseline ? "at" : isUpper ? "above" : "below";
        string limit = Figures.WithUnit(Figures.Of(entry.Baseline), metric.Unit);
        string held = anomaly.WindowEnd > anomaly.WindowStart ? $" for {Figures.Span(anomaly.WindowEnd - anomaly.WindowStart)}" : "";
        return $"{Value(entry, metrics)} is {relation} its {(isUpper ? "upper" : "lower")} limit {limit}{held}";
    }

    private static string Stuck(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics)
    {
        MetricContribution entry = anomaly.Contributions[0];
        string value = Figures.WithUnit(Figures.Of(entry.Observed), metrics[entry.Metric].Unit);
        return $"{metrics[entry.Metric].Name} has repeated exactly {value} for {Figures.Span(anomaly.WindowEnd - anomaly.WindowStart)}";
    }

    private static string Silence(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics)
    {
        MetricContribution entry = anomaly.Contributions[0];
        string value = Figures.WithUnit(Figures.Of(entry.Observed), metrics[entry.Metric].Unit);
        string span = Figures.Span(anomaly.WindowEnd - anomaly.WindowStart);
        return $"no good sample of {metrics[entry.Metric].Name} for {span}; the last value was {value}";
    }

    private static string Ended(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics, DateTimeOffset raisedAt)
    {
        string after = anomaly.EventTime > raisedAt ? $" after {Figures.Span(anomaly.EventTime - raisedAt)}" : "";
        if (anomaly.Metric < 0)
        {
            return $"the metrics fit together again{after}";
        }

        MetricContribution entry = anomaly.Contributions[0];
        return anomaly.Detector.Kind switch
        {
            SilenceParameters.Name => $"{metrics[entry.Metric].Name} is heard again, at {ValueOnly(entry, metrics)},{after}".TrimEnd(','),
            StuckParameters.Name => $"{metrics[entry.Metric].Name} moves again, at {ValueOnly(entry, metrics)},{after}".TrimEnd(','),
            _ => $"{Value(entry, metrics)} is back to normal{after}",
        };
    }

    private static string Combination(Anomaly anomaly, IReadOnlyList<MetricLabel> metrics)
    {
        IEnumerable<string> named = anomaly.Contributions.Take(NamedMetrics).Select(entry => Against(entry, metrics));
        return string.Join(" and ", named);
    }

    private static string Against(MetricContribution entry, IReadOnlyList<MetricLabel> metrics)
    {
        MetricLabel metric = metrics[entry.Metric];
        string baseline = Figures.WithUnit(Figures.Of(entry.Baseline, entry.Observed - entry.Baseline), metric.Unit);
        return $"{Value(entry, metrics)} against {baseline} usual";
    }

    private static string Value(MetricContribution entry, IReadOnlyList<MetricLabel> metrics) =>
        $"{metrics[entry.Metric].Name} {ValueOnly(entry, metrics)}";

    private static string ValueOnly(MetricContribution entry, IReadOnlyList<MetricLabel> metrics) =>
        Figures.WithUnit(Figures.Of(entry.Observed, entry.Observed - entry.Baseline), metrics[entry.Metric].Unit);

    private static string Score(Anomaly anomaly) => $"score {Figures.Of(anomaly.Score)} (limit {Figures.Of(anomaly.Threshold)})"
        + (anomaly.PriorPeers > 0 ? $"; its own baseline is not learned yet, this is by its peers ({Assets(anomaly.PriorPeers)})" : "");

    private static string Assets(int count) => count == 1 ? "one asset" : $"{count} assets";
}
