using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

/// <summary>Alert events as bytes of the book's state.</summary>
internal static class AlertState
{
    /// <summary>Fewest bytes of one event, for checking a stored count before believing it.</summary>
    public const int MinSize = 100;
    private const int MinContributionSize = 32;

    public static void Save(AlertEvent alert, StateWriter writer)
    {
        writer.Text(alert.Id);
        writer.Text(alert.AlertId);
        writer.Int32((int)alert.Kind);
        writer.Text(alert.AssetId);
        writer.Text(alert.AlertName);
        writer.Text(alert.Subject);
        writer.Instant(alert.EventTime);
        writer.Instant(alert.RecordedTime);
        writer.Int64(alert.Sequence);
        writer.Int32(alert.Severity);
        writer.Int32((int)alert.Audiences);
        writer.Int32((int)alert.Category);
        writer.Text(alert.IncidentId);
        Save(alert.Explanation, writer);
        writer.Text(alert.Summary);
        writer.Text(alert.Recommendation);
    }

    public static AlertEvent Restore(StateReader reader) => new()
    {
        Id = Required(reader),
        AlertId = Required(reader),
        Kind = (AlertKind)reader.Int32(),
        AssetId = Required(reader),
        AlertName = Required(reader),
        Subject = Required(reader),
        EventTime = reader.Instant(),
        RecordedTime = reader.Instant(),
        Sequence = reader.Int64(),
        Severity = reader.Int32(),
        Audiences = (Audiences)reader.Int32(),
        Category = Category(reader.Int32()),
        IncidentId = Required(reader),
        Explanation = RestoreExplanation(reader),
        Summary = Required(reader),
        Recommendation = Required(reader),
    };

    private static void Save(AlertExplanation explanation, StateWriter writer)
    {
        writer.Text(explanation.DetectorId);
        writer.Text(explanation.DetectorKind);
        writer.Text(explanation.DetectorVersion);
        writer.Double(explanation.Score);
        writer.Double(explanation.Threshold);
        writer.Instant(explanation.WindowStart);
        writer.Instant(explanation.WindowEnd);
        writer.Double(explanation.Completeness);
        writer.Int32(explanation.Contributions.Length);
        foreach (Contribution contribution in explanation.Contributions)
        {
            writer.Text(contribution.Metric);
            writer.Double(contribution.Observed);
            writer.Double(contribution.Baseline);
            writer.Text(contribution.Unit);
            writer.Double(contribution.Share);
        }

        writer.Text(explanation.Counterfactual);
        writer.Text(explanation.OperatingState);
    }

    private static AlertExplanation RestoreExplanation(StateReader reader) => new()
    {
        DetectorId = Required(reader),
        DetectorKind = Required(reader),
        DetectorVersion = Required(reader),
        Score = reader.Double(),
        Threshold = reader.Double(),
        WindowStart = reader.Instant(),
        WindowEnd = reader.Instant(),
        Completeness = reader.Double(),
        Contributions = RestoreContributions(reader),
        Counterfactual = Required(reader),
        OperatingState = Required(reader),
    };

    private static ImmutableArray<Contribution> RestoreContributions(StateReader reader)
    {
        int count = reader.Count(MinContributionSize);
        ImmutableArray<Contribution>.Builder contributions = ImmutableArray.CreateBuilder<Contribution>(count);
        for (int i = 0; i < count; i++)
        {
            contributions.Add(new Contribution
            {
                Metric = Required(reader),
                Observed = reader.Double(),
                Baseline = reader.Double(),
                Unit = Required(reader),
                Share = reader.Double(),
            });
        }

        return contributions.MoveToImmutable();
    }

    private static AlertCategory Category(int stored) =>
        Enum.IsDefined((AlertCategory)stored)
            ? (AlertCategory)stored
            : throw new StateFormatException($"Alert category {stored} is unknown.");

    private static string Required(StateReader reader) => reader.Text() ?? throw new StateFormatException("A stored alert lacks a text.");
}
