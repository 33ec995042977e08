using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Millwright.Alerts;

namespace Millwright.Silo.Announcing.Webhooks;

/// <summary>
/// An alert as Alertmanager's webhook, version "4", for receivers that parse that already. Identity is in the labels, which therefore hold
/// no score and no time; the fingerprint is the raised alert's id, so its end finds it.
/// </summary>
internal static class AlertmanagerMessage
{
    public static byte[] Render(AlertEvent alert, string receiver)
    {
        bool isFiring = alert.Kind is AlertKind.Raised or AlertKind.Amended;
        string status = isFiring ? "firing" : "resolved";
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("version", "4");
        writer.WriteString("groupKey", $"{{}}:{{incident=\"{alert.IncidentId}\"}}");
        writer.WriteNumber("truncatedAlerts", 0);
        writer.WriteString("status", status);
        writer.WriteString("receiver", receiver);
        writer.WriteStartObject("groupLabels");
        writer.WriteString("incident", alert.IncidentId);
        writer.WriteEndObject();
        WriteLabels(writer, "commonLabels", alert);
        WriteAnnotations(writer, "commonAnnotations", alert);
        writer.WriteString("externalURL", "");
        writer.WriteStartArray("alerts");
        writer.WriteStartObject();
        writer.WriteString("status", status);
        WriteLabels(writer, "labels", alert);
        WriteAnnotations(writer, "annotations", alert);
        writer.WriteString("startsAt", Instant(isFiring ? alert.EventTime : alert.Explanation.WindowStart));
        writer.WriteString("endsAt", isFiring ? "0001-01-01T00:00:00Z" : Instant(alert.EventTime));
        writer.WriteString("generatorURL", "");
        writer.WriteString("fingerprint", alert.AlertId);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteLabels(Utf8JsonWriter writer, string name, AlertEvent alert)
    {
        writer.WriteStartObject(name);
        writer.WriteString("alertname", alert.AlertName);
        writer.WriteString("twin", alert.AssetId);
        writer.WriteString("site", alert.AssetId[..Math.Max(0, alert.AssetId.IndexOf(':', StringComparison.Ordinal))]);
        writer.WriteString("subject", alert.Subject);
        writer.WriteString("severity", alert.Severity >= 667 ? "critical" : alert.Severity >= 334 ? "warning" : "info");
        writer.WriteString("audience", alert.Audiences.ToString().ToLowerInvariant());
        writer.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter writer, string name, AlertEvent alert)
    {
        writer.WriteStartObject(name);
        writer.WriteString("summary", alert.Summary);
        writer.WriteString("description", alert.Explanation.Counterfactual);
        writer.WriteString("recommendation", alert.Recommendation);
        writer.WriteEndObject();
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
