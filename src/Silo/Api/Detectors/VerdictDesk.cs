using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;

namespace Millwright.Silo.Api.Detectors;

/// <summary>Keeps what operators say of alerts and of whole incidents.</summary>
internal sealed class VerdictDesk(IAlertStore alerts, IVerdictStore verdicts, TimeProvider time)
{
    /// <summary>Most alerts of one incident that share its verdict: the newest.</summary>
    private const int MaxShared = 1_000;

    /// <summary>Null when there is no alert of this id.</summary>
    public async ValueTask<StoredVerdict?> JudgeAlertAsync(string alertId, VerdictWords words, CancellationToken cancellationToken)
    {
        ImmutableArray<StoredAlert> found = await alerts.QueryAsync(new AlertQuery { Id = alertId, Limit = 1 }, cancellationToken);
        if (found.IsEmpty || found[0].Alert.AlertId != alertId)
        {
            return null;
        }

        StoredVerdict verdict = Of(found[0].Alert, words, isOwn: true);
        await verdicts.JudgeAsync([verdict], cancellationToken);
        return verdict;
    }

    /// <summary>The alerts of the incident so far share the verdict, save those that have one of their own.</summary>
    public async ValueTask JudgeIncidentAsync(string incidentId, VerdictWords words, CancellationToken cancellationToken)
    {
        var query = new AlertQuery { IncidentId = incidentId, Kind = AlertKind.Raised, Limit = MaxShared };
        ImmutableArray<StoredAlert> found = await alerts.QueryAsync(query, cancellationToken);
        await verdicts.JudgeAsync([.. found.Select(a => Of(a.Alert, words, isOwn: false))], cancellationToken);
    }

    private StoredVerdict Of(AlertEvent alert, VerdictWords words, bool isOwn) => new()
    {
        AlertId = alert.AlertId,
        AssetId = alert.AssetId,
        DetectorId = alert.Explanation.DetectorId,
        DetectorKind = alert.Explanation.DetectorKind,
        DetectorVersion = alert.Explanation.DetectorVersion,
        Verdict = words.Verdict,
        Operator = words.Operator,
        Comment = words.Comment,
        JudgedAt = time.GetUtcNow(),
        IsOwn = isOwn,
    };
}

internal sealed record VerdictWords(Verdict Verdict, string Operator, string Comment)
{
    public static Verdict? Parse(string? text) => text switch
    {
        "true" => Core.Alerting.Verdict.True,
        "nuisance" => Core.Alerting.Verdict.Nuisance,
        "unsure" => Core.Alerting.Verdict.Unsure,
        _ => null,
    };
}
