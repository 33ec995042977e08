using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Core.Alerting;

/// <summary>The life of an incident as a fold: alert events and operators' commands go in, the next state comes out.</summary>
public static class IncidentFold
{
    public static readonly TimeSpan MaxShelving = TimeSpan.FromDays(7);

    /// <summary>The incident as it is at <paramref name="now"/>: a shelf that has run out claims attention again.</summary>
    public static IncidentState At(IncidentState state, DateTimeOffset now) =>
        state.Status == IncidentStatus.Shelved && state.ShelvedUntil is { } until && until <= now
            ? state with { Status = IncidentStatus.Active, ShelvedUntil = null }
            : state;

    public static IncidentState Apply(IncidentState? state, AlertEvent alert)
    {
        IncidentState before = state is null ? Opened(alert) : At(state, alert.RecordedTime);
        ImmutableArray<string> active = Active(before.ActiveAlertIds, alert);
        bool isWorse = IsClaim(alert) && alert.Severity > before.Severity;
        bool isCleared = active.IsEmpty;
        ImmutableArray<string> standing = Standing(before.StandingAlertIds, alert);
        return before with
        {
            Audiences = before.Audiences | alert.Audiences,
            Severity = Math.Max(before.Severity, alert.Severity),
            Title = isWorse ? alert.AlertName : before.Title,
            Alerts = Newest(before.Alerts.Add(alert)),
            AlertCount = before.AlertCount + 1,
            ActiveAlertIds = active,
            StandingAlertIds = standing,
            IsRetracted = isCleared && standing.IsEmpty,
            Cleared = isCleared ? alert.EventTime : null,
            Status = Status(before, alert, isCleared),
            Revision = before.Revision + 1,
        };
    }

    public static IncidentResult Acknowledge(IncidentState? state, IncidentCommand command, DateTimeOffset now)
    {
        if (Refusal(state) is { } refusal)
        {
            return refusal;
        }

        return new IncidentResult
        {
            State = state! with
            {
                Status = IncidentStatus.Acknowledged,
                ShelvedUntil = null,
                AcknowledgedBy = command.Operator,
                AcknowledgedAt = now,
                Comment = command.Comment,
                Revision = state.Revision + 1,
            },
        };
    }

    public static IncidentResult Shelve(IncidentState? state, IncidentCommand command, DateTimeOffset now)
    {
        if (Refusal(state) is { } refusal)
        {
            return refusal;
        }

        if (command.Until is not { } until || until <= now || until - now > MaxShelving)
        {
            return Refused("incident.until.invalid",
                $"Give `until`: an instant after now and at most {MaxShelving.TotalDays:0} days ahead.");
        }

        return new IncidentResult
        {
            State = state! with
            {
                Status = IncidentStatus.Shelved,
                ShelvedUntil = until,
                Comment = command.Comment,
                Revision = state.Revision + 1,
            },
        };
    }

    public static IncidentResult Judge(IncidentState? state, IncidentCommand command)
    {
        if (state is null)
        {
            return NotFound();
        }

        // A verdict may come after the incident has cleared: that is when people know.
        return command.Verdict is "true" or "nuisance" or "unsure"
            ? new IncidentResult { State = state with { Verdict = command.Verdict, Comment = command.Comment,
                Revision = state.Revision + 1 } }
            : Refused("incident.verdict.invalid", "Give `verdict`: true, nuisance or unsure.");
    }

    private static IncidentState Opened(AlertEvent alert) => new()
    {
        Id = alert.IncidentId,
        AssetId = alert.AssetId,
        Category = alert.Category,
        Audiences = alert.Audiences,
        Status = IncidentStatus.Active,
        Severity = alert.Severity,
        Title = alert.AlertName,
        Opened = alert.EventTime,
        Alerts = [],
        AlertCount = 0,
        ActiveAlertIds = [],
        Revision = 0,
    };

    private static ImmutableArray<string> Active(ImmutableArray<string> active, AlertEvent alert) => alert.Kind switch
    {
        // An amended alert is open again until its end is told anew.
        AlertKind.Raised or AlertKind.Amended => active.Contains(alert.AlertId) ? active : active.Add(alert.AlertId),
        AlertKind.Cleared or AlertKind.Retracted => active.Remove(alert.AlertId),
        _ => active,
    };

    /// <summary>The newest alerts that were not retracted, cleared or not. What was cleared before this list was kept is not in it.</summary>
    private static ImmutableArray<string> Standing(ImmutableArray<string> standing, AlertEvent alert)
    {
        if (alert.Kind == AlertKind.Retracted)
        {
            return standing.Remove(alert.AlertId);
        }

        if (standing.Contains(alert.AlertId))
        {
            return standing;
        }

        standing = standing.Add(alert.AlertId);
        return standing.Length <= IncidentState.MaxStanding ? standing : standing.RemoveAt(0);
    }

    private static bool IsClaim(AlertEvent alert) => alert.Kind is AlertKind.Raised or AlertKind.Amended;

    private static IncidentStatus Status(IncidentState before, AlertEvent alert, bool isCleared)
    {
        if (isCleared)
        {
            return IncidentStatus.Cleared;
        }

        // A new alert on a cleared incident claims attention again; on an acknowledged or shelved one the operator knows already.
        bool isReopened = before.Status == IncidentStatus.Cleared && IsClaim(alert);
        return isReopened ? IncidentStatus.Active : before.Status;
    }

    private static ImmutableArray<AlertEvent> Newest(ImmutableArray<AlertEvent> alerts) =>
        alerts.Length <= IncidentState.MaxAlerts ? alerts : alerts.RemoveRange(0, alerts.Length - IncidentState.MaxAlerts);

    private static IncidentResult? Refusal(IncidentState? state) => state switch
    {
        null => NotFound(),
        { Status: IncidentStatus.Cleared } => Refused("incident.cleared",
            "The incident has cleared; there is nothing left to acknowledge or shelve. A verdict is still welcome."),
        _ => null,
    };

    private static IncidentResult NotFound() => Refused("incident.notfound", "No alert was ever reported under this incident id.");

    private static IncidentResult Refused(string code, string message) => new() { Code = code, Message = message };
}
