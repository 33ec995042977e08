using System.Globalization;
using Millwright.Alerts;
using Millwright.Core.Detection;

namespace Millwright.Core.Alerting;

/// <summary>What is the cause of an alert, and of an incident.</summary>
public static class AlertIds
{
    public static string OfAlert(string assetId, DetectorIdentity detector, string subject, DateTimeOffset eventTime, AlertKind kind) =>
        Of(eventTime, "alert", assetId, detector.Id, detector.Version, subject, KindName(kind));

    public static string OfIncident(string assetId, AlertCategory category, DateTimeOffset firstEventTime) =>
        Of(firstEventTime, "incident", assetId, CategoryName(category));

    /// <summary>Of what is told of an alert again: the revision counts how often, the content tells different histories apart.</summary>
    public static string OfRevision(string alertId, AlertKind kind, int revision, string content) =>
        CauseId.Of("alert-revision", alertId, KindName(kind), revision.ToString(CultureInfo.InvariantCulture), content);

    private static string KindName(AlertKind kind) => kind switch
    {
        AlertKind.Raised => "raised",
        AlertKind.Cleared => "cleared",
        AlertKind.Amended => "amended",
        AlertKind.Retracted => "retracted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string CategoryName(AlertCategory category) => category switch
    {
        AlertCategory.Machine => "machine",
        AlertCategory.Instrument => "instrument",
        AlertCategory.Process => "process",
        AlertCategory.Energy => "energy",
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    private static string Of(DateTimeOffset eventTime, params ReadOnlySpan<string> parts) =>
        CauseId.Of([CauseId.Instant(eventTime), .. parts]);
}
