using System.Collections.Immutable;
using Millwright.Core.Prognosis;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>An anomaly that is open, as bytes of a twin's state.</summary>
internal static class AnomalyState
{
    /// <summary>Fewest bytes of one, for checking a stored count before believing it.</summary>
    public const int MinSize = 80;
    private const int ContributionSize = 28;

    // What follows the contributions. Before there were priors it was a boolean: whether there is a counterfactual.
    private const byte HasCounterfactual = 1;
    private const byte HasPrior = 2;

    public static void Save(Anomaly anomaly, StateWriter writer)
    {
        writer.Text(anomaly.Detector.Id);
        writer.Text(anomaly.Detector.Kind);
        writer.Text(anomaly.Detector.Version);
        writer.Int32(anomaly.Metric);
        writer.Instant(anomaly.EventTime);
        writer.Double(anomaly.Score);
        writer.Double(anomaly.Threshold);
        writer.Instant(anomaly.WindowStart);
        writer.Instant(anomaly.WindowEnd);
        writer.Double(anomaly.Completeness);
        writer.Int32(anomaly.Contributions.Length);
        foreach (MetricContribution contribution in anomaly.Contributions)
        {
            writer.Int32(contribution.Metric);
            writer.Double(contribution.Observed);
            writer.Double(contribution.Baseline);
            writer.Double(contribution.Share);
        }

        writer.Byte((byte)((anomaly.CounterfactualValue is null ? 0 : HasCounterfactual) | (anomaly.PriorPeers > 0 ? HasPrior : 0)));
        writer.Double(anomaly.CounterfactualValue ?? 0);
        writer.Int32(anomaly.CounterfactualMetric);
        writer.Boolean(anomaly.CounterfactualIsUpper);
        writer.Text(anomaly.OperatingState);
        if (anomaly.PriorPeers > 0)
        {
            writer.Int32(anomaly.PriorPeers);
        }
        ForecastState.Save(anomaly.Forecast, writer);
    }

    /// <param name="hasForecast">False of a state from before forecasts were kept.</param>
    public static Anomaly Restore(StateReader reader, bool hasForecast)
    {
        var begun = new Anomaly
        {
            Detector = new DetectorIdentity(reader.Text() ?? "", reader.Text() ?? "", reader.Text() ?? ""),
            Metric = reader.Int32(),
            IsRaised = true,
            EventTime = reader.Instant(),
            Score = reader.Double(),
            Threshold = reader.Double(),
            WindowStart = reader.Instant(),
            WindowEnd = reader.Instant(),
            Completeness = reader.Double(),
            Contributions = Contributions(reader),
        };
        byte follows = reader.Byte();
        if (follows > (HasCounterfactual | HasPrior))
        {
            throw new StateFormatException($"A stored anomaly is followed by {follows}.");
        }

        double value = reader.Double();
        return begun with
        {
            CounterfactualValue = (follows & HasCounterfactual) != 0 ? value : null,
            CounterfactualMetric = reader.Int32(),
            CounterfactualIsUpper = reader.Boolean(),
            OperatingState = reader.Text() ?? Twins.OperatingStateRule.Unknown,
            PriorPeers = (follows & HasPrior) != 0 ? reader.Int32() : 0,
            Forecast = hasForecast ? ForecastState.Restore(reader) : null,
        };
    }

    private static ImmutableArray<MetricContribution> Contributions(StateReader reader)
    {
        int count = reader.Count(ContributionSize);
        ImmutableArray<MetricContribution>.Builder contributions = ImmutableArray.CreateBuilder<MetricContribution>(count);
        for (int i = 0; i < count; i++)
        {
            contributions.Add(new MetricContribution(reader.Int32(), reader.Double(), reader.Double(), reader.Double()));
        }

        return contributions.MoveToImmutable();
    }
}
