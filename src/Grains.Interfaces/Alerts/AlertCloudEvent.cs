using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millwright.Alerts;

/// <summary>
/// An alert as a CloudEvent 1.0 in JSON: what the API and MQTT publish. Members that this version cannot fill (chain, watermark)
/// are null rather than absent, so that a reader of the shape finds every name.
/// </summary>
public static class AlertCloudEvent
{
    public const string ContentType = "application/cloudevents+json";

    private const string TypePrefix = "io.millwright.alert.";

    /// <summary>Ticks are kept: an id is made of them, so a reader must be able to get them back.</summary>
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    // Units such as °C and signs such as <= stay readable. The document is never put into HTML unescaped: its consumers parse JSON.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string TypeOf(AlertKind kind) => TypePrefix + kind switch
    {
        AlertKind.Raised => "raised",
        AlertKind.Cleared => "cleared",
        AlertKind.Amended => "amended",
        AlertKind.Retracted => "retracted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <param name="source">Path of the asset, e.g. <c>/acme/chicago/line1/pump-01</c>; null gives the asset id as a path.</param>
    public static byte[] Render(AlertEvent alert, string? source = null)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, WriterOptions))
        {
            Write(writer, alert, source);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter writer, AlertEvent alert, string? source = null)
    {
        (string severityText, int severityNumber) = SeverityOf(alert.Severity);
        writer.WriteStartObject();
        writer.WriteString("specversion", "1.0");
        writer.WriteString("id", alert.Id);
        writer.WriteString("source", source ?? "/" + alert.AssetId.Replace(':', '/'));
        writer.WriteString("type", TypeOf(alert.Kind));
        writer.WriteString("subject", alert.Subject);
        writer.WriteString("time", Instant(alert.EventTime));
        writer.WriteString("recordedtime", Instant(alert.RecordedTime));
        writer.WriteString("partitionkey", alert.AssetId);
        writer.WriteString("sequence", alert.Sequence.ToString("D20", CultureInfo.InvariantCulture));
        writer.WriteString("severitytext", severityText);
        writer.WriteNumber("severitynumber", severityNumber);
        writer.WriteString("datacontenttype", "application/json");
        writer.WriteStartObject("data");
        WriteData(writer, alert);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Render"/> wrote; names that are not ours are ignored.</summary>
    /// <exception cref="FormatException">The text is no JSON, or not such an event.</exception>
    public static AlertEvent Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return AlertCloudEventReader.Read(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            // These four are how System.Text.Json says: no JSON, another type, a missing member, a number out of range.
            throw new FormatException("Not an alert CloudEvent: " + fault.Message, fault);
        }
    }

    internal static AlertKind KindOf(string type) =>
        Enum.GetValues<AlertKind>().Cast<AlertKind?>().FirstOrDefault(kind => TypeOf(kind!.Value) == type)
            ?? throw new FormatException($"Not an alert CloudEvent: its type is '{type}'.");

    internal static string CategoryName(AlertCategory category) => category switch
    {
        AlertCategory.Machine => "machine",
        AlertCategory.Instrument => "instrument",
        AlertCategory.Process => "process",
        AlertCategory.Energy => "energy",
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    /// <summary>OPC UA's thirds of 1 to 1000 on the severity numbers of OpenTelemetry.</summary>
    private static (string Text, int Number) SeverityOf(int severity) => severity switch
    {
        >= 667 => ("CRITICAL", 17),
        >= 334 => ("WARNING", 13),
        _ => ("INFO", 9),
    };

    private static void WriteData(Utf8JsonWriter writer, AlertEvent alert)
    {
        AlertExplanation explanation = alert.Explanation;
        writer.WriteString("incidentId", alert.IncidentId);
        writer.WriteString("alertId", alert.AlertId);
        writer.WriteString("alertname", alert.AlertName);
        writer.WriteString("category", CategoryName(alert.Category));
        WriteAudience(writer, alert.Audiences);
        writer.WriteStartObject("state");
        writer.WriteBoolean("active", alert.Kind is AlertKind.Raised or AlertKind.Amended);
        writer.WriteBoolean("acked", false);
        writer.WriteNull("shelvedUntil");
        writer.WriteEndObject();
        writer.WriteNumber("severity", alert.Severity);
        writer.WriteString("summary", alert.Summary);
        WriteWindow(writer, explanation);
        WriteNumber(writer, "score", explanation.Score);
        WriteNumber(writer, "threshold", explanation.Threshold);
        WriteContributions(writer, explanation);
        writer.WriteString("counterfactual", explanation.Counterfactual);
        WriteForecast(writer, explanation.Forecast);
        if (explanation.PriorPeers > 0)
        {
            writer.WriteNumber("priorPeers", explanation.PriorPeers);
        }

        WriteRecommendation(writer, alert.Recommendation);
        writer.WriteStartObject("detector");
        writer.WriteString("id", explanation.DetectorId);
        writer.WriteString("kind", explanation.DetectorKind);
        writer.WriteString("version", explanation.DetectorVersion);
        writer.WriteString("state", explanation.OperatingState);
        writer.WriteEndObject();
        writer.WriteString("evidence", Evidence(alert));
        writer.WriteString("amends", alert.Kind == AlertKind.Amended ? alert.AlertId : null);
        writer.WriteNull("chain");
    }

    private static void WriteAudience(Utf8JsonWriter writer, Audiences audiences)
    {
        writer.WriteStartArray("audience");
        foreach ((Audiences audience, string name) in AlertCloudEventReader.AudienceNames)
        {
            if (audiences.HasFlag(audience))
            {
                writer.WriteStringValue(name);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteWindow(Utf8JsonWriter writer, AlertExplanation explanation)
    {
        writer.WriteStartObject("window");
        writer.WriteString("kind", "sliding");
        writer.WriteString("from", Instant(explanation.WindowStart));
        writer.WriteString("to", Instant(explanation.WindowEnd));
        WriteNumber(writer, "completeness", explanation.Completeness);
        writer.WriteNull("watermark");
        writer.WriteEndObject();
    }

    private static void WriteContributions(Utf8JsonWriter writer, AlertExplanation explanation)
    {
        writer.WriteStartArray("contributions");
        foreach (Contribution contribution in explanation.Contributions)
        {
            writer.WriteStartObject();
            writer.WriteString("signal", contribution.Metric);
            WriteNumber(writer, "value", contribution.Observed);
            WriteNumber(writer, "baseline", contribution.Baseline);
            writer.WriteString("unit", contribution.Unit);
            WriteNumber(writer, "share", contribution.Share);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteForecast(Utf8JsonWriter writer, AlertForecast? forecast)
    {
        if (forecast is null)
        {
            writer.WriteNull("forecast");
            return;
        }

        writer.WriteStartObject("forecast");
        writer.WriteString("crosses", forecast.Crosses);
        writer.WriteString("p10", Instant(forecast.P10));
        writer.WriteString("p90", Instant(forecast.P90));
        writer.WriteEndObject();
    }

    private static void WriteRecommendation(Utf8JsonWriter writer, string recommendation)
    {
        writer.WriteStartArray("recommendation");
        if (recommendation.Length > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("action", recommendation);
            writer.WriteStartArray("parts");
            writer.WriteEndArray();
            writer.WriteNull("latestWindow");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double value)
    {
        // JSON has no NaN; an alert that cannot be published because of one figure would be worse than a figure that is not there.
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>The samples of the window and the verdict replayed from history; relative to the API's own address.</summary>
    private static string Evidence(AlertEvent alert) => $"/api/v1/alerts/{Uri.EscapeDataString(alert.AlertId)}/evidence";

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);
}
