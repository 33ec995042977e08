using Millwright.Alerts;
using Millwright.Core.Alerting;

namespace Millwright.Grains.Tests.Core.Alerting;

public class IncidentFoldTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Apply_OpensAnIncident_OnItsFirstAlert()
    {
        IncidentState state = IncidentFold.Apply(null, Alert("a"));

        Assert.Equal((IncidentStatus.Active, 500, "BearingWear", T0), (state.Status, state.Severity, state.Title, state.Opened));
        Assert.Equal("a", Assert.Single(state.ActiveAlertIds));
        Assert.Null(state.Cleared);
    }

    [Fact]
    public void Apply_TakesTitleAndSeverityOfTheWorst_AndUnitesAudiences()
    {
        IncidentState state = Fold(Alert("a"), Alert("b", severity: 900, name: "Seizure", audiences: Audiences.Quality), Alert("c", severity: 100));

        Assert.Equal((900, "Seizure", Audiences.Maintenance | Audiences.Quality), (state.Severity, state.Title, state.Audiences));
    }

    [Fact]
    public void Apply_Clears_OnlyWhenNoAlertIsActive()
    {
        IncidentState one = Fold(Alert("a"), Alert("b"), Clear("a", minutes: 5));
        IncidentState none = IncidentFold.Apply(one, Clear("b", minutes: 6));

        Assert.Equal(IncidentStatus.Active, one.Status);
        Assert.Equal((IncidentStatus.Cleared, T0.AddMinutes(6)), (none.Status, none.Cleared));
    }

    [Fact]
    public void Apply_ClaimsAttentionAgain_WhenAClearedIncidentGetsANewAlert()
    {
        IncidentState state = Fold(Alert("a"), Clear("a", minutes: 1), Alert("b", minutes: 2));

        Assert.Equal(IncidentStatus.Active, state.Status);
        Assert.Null(state.Cleared);
    }

    [Fact]
    public void Apply_LeavesAnAcknowledgedIncidentAcknowledged_WhenItGetsAnotherAlert()
    {
        IncidentState acknowledged = IncidentFold.Acknowledge(Fold(Alert("a")), Command(), T0).State!;

        Assert.Equal(IncidentStatus.Acknowledged, IncidentFold.Apply(acknowledged, Alert("b")).Status);
    }

    [Fact]
    public void Apply_KeepsTheNewestAlertsOnly_AndCountsAll()
    {
        IncidentState state = Fold([.. Enumerable.Range(0, 12).Select(i => Alert($"a{i}", minutes: i))]);

        Assert.Equal(12, state.AlertCount);
        Assert.Equal(IncidentState.MaxAlerts, state.Alerts.Length);
        Assert.Equal("a11", state.Alerts[^1].AlertId);
    }

    [Fact]
    public void Commands_AreRefused_WithStableCodes()
    {
        IncidentState cleared = Fold(Alert("a"), Clear("a", minutes: 1));

        Assert.Equal("incident.notfound", IncidentFold.Acknowledge(null, Command(), T0).Code);
        Assert.Equal("incident.cleared", IncidentFold.Acknowledge(cleared, Command(), T0).Code);
        Assert.Equal("incident.cleared", IncidentFold.Shelve(cleared, Command(), T0).Code);
        Assert.Equal("incident.verdict.invalid", IncidentFold.Judge(cleared, Command() with { Verdict = "perhaps" }).Code);
        Assert.Equal("nuisance", IncidentFold.Judge(cleared, Command() with { Verdict = "nuisance" }).State!.Verdict);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(7 * 24 * 60, true)]
    [InlineData((7 * 24 * 60) + 1, false)]
    public void Shelve_TakesAnInstant_AheadAndWithinAWeek(int minutes, bool isTaken)
    {
        IncidentResult result = IncidentFold.Shelve(Fold(Alert("a")), Command() with { Until = T0.AddMinutes(minutes) }, T0);

        Assert.Equal(isTaken ? null : "incident.until.invalid", result.Code);
    }

    [Theory]
    [InlineData(59, IncidentStatus.Shelved)]
    [InlineData(60, IncidentStatus.Active)]
    public void At_BringsAShelvedIncidentBack_WhenItsTimeIsOver(int minutes, IncidentStatus expected)
    {
        IncidentState shelved = IncidentFold.Shelve(Fold(Alert("a")), Command() with { Until = T0.AddMinutes(60) }, T0).State!;

        Assert.Equal(expected, IncidentFold.At(shelved, T0.AddMinutes(minutes)).Status);
    }

    internal static AlertEvent Alert(
        string id, int minutes = 0, int severity = 500, string name = "BearingWear", Audiences audiences = Audiences.Maintenance) => new()
        {
            Id = id,
            AlertId = id,
            Kind = AlertKind.Raised,
            AssetId = "acme:pump-01",
            AlertName = name,
            Subject = "vibration",
            EventTime = T0.AddMinutes(minutes),
            RecordedTime = T0.AddMinutes(minutes),
            Sequence = minutes,
            Severity = severity,
            Audiences = audiences,
            Category = AlertCategory.Machine,
            IncidentId = "incident-1",
            Explanation = new AlertExplanation
            {
                DetectorId = "d",
                DetectorKind = "threshold",
                DetectorVersion = "1",
                Score = 1,
                Threshold = 1,
                WindowStart = T0,
                WindowEnd = T0,
                Completeness = 1,
                Contributions = [],
                Counterfactual = "",
                OperatingState = "running",
            },
            Summary = "vibration is high.",
            Recommendation = "Replace the bearing.",
        };

    private static AlertEvent Clear(string alertId, int minutes) =>
        Alert($"{alertId}-cleared", minutes) with { AlertId = alertId, Kind = AlertKind.Cleared };

    private static IncidentState Fold(params AlertEvent[] alerts) => alerts.Aggregate((IncidentState?)null, IncidentFold.Apply)!;

    private static IncidentCommand Command() => new() { Operator = "kim" };
}
