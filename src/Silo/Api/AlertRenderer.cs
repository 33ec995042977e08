using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Plant;

namespace Millwright.Silo.Api;

/// <summary>The canonical CloudEvent; the source is the asset's place in the plant.</summary>
public sealed class AlertRenderer(PlantModel model) : IAlertRenderer
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] Render(AlertEvent alert)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", alert.Id);
            writer.WriteString("source", SourceOf(alert.AssetId));
            writer.WriteString("type", $"io.millwright.alert.{Name(alert.Kind)}");
            writer.WriteString("subject", alert.Subject);
            writer.WriteString("time", ApiJson.Instant(alert.EventTime));
            writer.WriteString("recordedtime", ApiJson.Instant(alert.RecordedTime));
            writer.WriteString("partitionkey", alert.AssetId);
            writer.WriteString("sequence", alert.Sequence.ToString("D20", CultureInfo.InvariantCulture));
            writer.WriteString("severitytext", alert.Severity >= 700 ? "CRITICAL" : alert.Severity >= 400 ? "WARNING" : "INFO");
            writer.WriteNumber("severitynumber", alert.Severity >= 700 ? 17 : alert.Severity >= 400 ? 13 : 9);
            writer.WriteString("datacontenttype", "application/json");
            writer.WritePropertyName("data");
            WriteData(writer, alert);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private string SourceOf(string assetId)
    {
        string name = assetId[(assetId.IndexOf(':', StringComparison.Ordinal) + 1)..];
        Location place = model.Assets.TryGetValue(assetId, out AssetDefinition? asset)
            ? asset.Location
            : new Location { Site = assetId[..Math.Max(0, assetId.IndexOf(':', StringComparison.Ordinal))] };
        string[] parts = [place.Enterprise, place.Site, place.Area, place.Line, place.Cell, name];
        return "/" + string.Join('/', parts.Where(p => p.Length > 0).Select(Uri.EscapeDataString));
    }

    private static void WriteData(Utf8JsonWriter writer, AlertEvent alert)
    {
        AlertExplanation why = alert.Explanation;
        writer.WriteStartObject();
        writer.WriteString("incidentId", alert.IncidentId);
        writer.WriteString("alertId", alert.AlertId);
        writer.WriteString("alertname", alert.AlertName);
        writer.WriteString("assetId", alert.AssetId);
        writer.WriteString("category", Name(alert.Category));
        writer.WriteStartArray("audience");
        foreach (string audience in AudienceNames.Of(alert.Audiences))
        {
            writer.WriteStringValue(audience);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("state");
        writer.WriteBoolean("active", alert.Kind is AlertKind.Raised or AlertKind.Amended);
        writer.WriteEndObject();
        writer.WriteNumber("severity", alert.Severity);
        writer.WriteStartObject("window");
        writer.WriteString("from", ApiJson.Instant(why.WindowStart));
        writer.WriteString("to", ApiJson.Instant(why.WindowEnd));
        Number(writer, "completeness", why.Completeness);
        writer.WriteEndObject();
        Number(writer, "score", why.Score);
        Number(writer, "threshold", why.Threshold);
        WriteContributions(writer, why);
        writer.WriteString("counterfactual", why.Counterfactual);
        writer.WriteString("summary", alert.Summary);
        writer.WriteString("recommendation", alert.Recommendation);
        writer.WriteStartObject("detector");
        writer.WriteString("id", why.DetectorId);
        writer.WriteString("kind", why.DetectorKind);
        writer.WriteString("version", why.DetectorVersion);
        writer.WriteString("state", why.OperatingState);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteContributions(Utf8JsonWriter writer, AlertExplanation why)
    {
        writer.WriteStartArray("contributions");
        foreach (Contribution contribution in why.Contributions)
        {
            writer.WriteStartObject();
            writer.WriteString("signal", contribution.Metric);
            Number(writer, "value", contribution.Observed);
            Number(writer, "baseline", contribution.Baseline);
            writer.WriteString("unit", contribution.Unit);
            Number(writer, "share", contribution.Share);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
