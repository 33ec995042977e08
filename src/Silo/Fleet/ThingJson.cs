using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Plant;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Fleet;

/// <summary>
/// Writes a twin as Ditto's thing JSON (INTERFACES section 3): one feature per metric, and one named <c>twin</c> for the twin itself.
/// </summary>
internal static class ThingJson
{
    public const string TwinFeature = "twin";

    /// <summary>Alerts named in the twin's feature; the count beside them is complete.</summary>
    private const int MaxAlerts = 20;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true };

    /// <summary>A metric that happens to be named as the twin's own feature steps aside.</summary>
    public static string FeatureOf(string metric) => metric == TwinFeature ? "metric:twin" : metric;

    public static string QualityName(SampleQuality quality) => quality switch
    {
        SampleQuality.Good => "good",
        SampleQuality.Uncertain => "uncertain",
        SampleQuality.Bad => "bad",
        _ => "stale",
    };

    public static ThingDocument Render(FleetEntry entry, DateTimeOffset now)
    {
        TwinState? state = entry.State;
        var judgement = new Judgement(now);
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("thingId", entry.AssetId);
            WriteAttributes(writer, entry);
            writer.WriteStartObject("features");
            WriteMetrics(writer, entry, judgement);
            WriteTwin(writer, entry, judgement);
            writer.WriteEndObject();
            writer.WriteNumber("_revision", state?.Revision ?? 0);
            WriteInstant(writer, "_modified", state?.Modified);
            writer.WriteEndObject();
        }

        using JsonDocument parsed = JsonDocument.Parse(buffer.WrittenMemory);
        return new ThingDocument
        {
            ThingId = entry.AssetId,
            Root = parsed.RootElement.Clone(),
            Revision = state?.Revision ?? 0,
            Aged = judgement.Aged,
            ValidUntil = judgement.ValidUntil,
        };
    }

    private static void WriteAttributes(Utf8JsonWriter writer, FleetEntry entry)
    {
        AssetDefinition? asset = entry.Definition;
        if (asset is not null)
        {
            writer.WriteString("definition", $"millwright:{asset.Type}:1.0.0");
        }

        writer.WriteStartObject("attributes");
        writer.WriteBoolean("modelled", asset is not null && (entry.State?.IsModelled ?? true));
        if (asset is null)
        {
            writer.WriteString("displayName", entry.AssetId[(entry.AssetId.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            writer.WriteString("site", entry.AssetId[..Math.Max(0, entry.AssetId.IndexOf(':', StringComparison.Ordinal))]);
            writer.WriteEndObject();
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal) { "modelled", "criticality" };
        foreach ((string name, string value) in Named(asset))
        {
            names.Add(name);
            if (value.Length > 0)
            {
                writer.WriteString(name, value);
            }
        }

        writer.WriteNumber("criticality", asset.Criticality);
        foreach ((string name, string value) in asset.Attributes.Where(a => !names.Contains(a.Key))
            .OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static (string Name, string Value)[] Named(AssetDefinition asset) =>
    [
        ("type", asset.Type),
        ("displayName", asset.DisplayName),
        ("enterprise", asset.Location.Enterprise),
        ("site", asset.Location.Site),
        ("area", asset.Location.Area),
        ("line", asset.Location.Line),
        ("cell", asset.Location.Cell),
        ("lineKey", asset.Location.LineKey),
        ("gateway", asset.Gateway),
    ];

    private static void WriteMetrics(Utf8JsonWriter writer, FleetEntry entry, Judgement judgement)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        if (entry.State is { } state)
        {
            foreach (MetricState metric in state.Metrics)
            {
                written.Add(metric.Name);
                DateTimeOffset staleAt = Freshness.StaleAt(metric, entry.MetricOf(metric.Name), state, entry.Time);
                WriteMetric(writer, metric, judgement.Judge(metric.Quality, staleAt));
            }
        }

        foreach (MetricDefinition metric in entry.Modelled.Where(m => !written.Contains(m.Name)))
        {
            // Never heard of: it has a unit, but no value that anyone could take for fresh.
            writer.WriteStartObject(FeatureOf(metric.Name));
            writer.WriteStartObject("properties");
            WriteText(writer, "unit", metric.Unit);
            writer.WriteString("quality", QualityName(SampleQuality.Stale));
            writer.WriteNumber("revision", 0);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static void WriteMetric(Utf8JsonWriter writer, MetricState metric, SampleQuality quality)
    {
        writer.WriteStartObject(FeatureOf(metric.Name));
        writer.WriteStartObject("properties");
        if (metric.Text is null || double.IsFinite(metric.Value))
        {
            WriteNumber(writer, "value", metric.Value);
        }

        if (metric.Text is not null)
        {
            writer.WriteString("text", metric.Text);
        }

        WriteText(writer, "unit", metric.Unit);
        WriteInstant(writer, "eventTime", metric.EventTime);
        writer.WriteString("quality", QualityName(quality));
        writer.WriteNumber("revision", metric.Revision);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTwin(Utf8JsonWriter writer, FleetEntry entry, Judgement judgement)
    {
        writer.WriteStartObject(TwinFeature);
        writer.WriteStartObject("properties");
        if (entry.State is { } state)
        {
            writer.WriteString("operatingState", state.OperatingState);
            WriteInstant(writer, "watermark", state.Watermark);
            bool isIdle = judgement.IsIdle(state, Freshness.IdleAt(state, entry.Time));
            writer.WriteBoolean("idle", isIdle);
            writer.WriteNumber("runningHours", Math.Round(state.RunningTime.TotalHours, 6));
            writer.WriteNumber("starts", state.Starts);
            SourceJson.Write(writer, state.Sources, isIdle);
            WriteFates(writer, state.Fates);
            WriteAlerts(writer, state);
        }
        else
        {
            writer.WriteString("operatingState", "unknown");
            writer.WriteNull("watermark");
            writer.WriteBoolean("idle", true);
            writer.WriteNumber("runningHours", 0);
            writer.WriteNumber("starts", 0);
            WriteFates(writer, default);
            writer.WriteNumber("activeAlerts", 0);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFates(Utf8JsonWriter writer, SampleFates fates)
    {
        writer.WriteStartObject("fates");
        writer.WriteNumber("accepted", fates.Accepted);
        writer.WriteNumber("amended", fates.Amended);
        writer.WriteNumber("duplicate", fates.Duplicate);
        writer.WriteNumber("dropped", fates.Dropped);
        writer.WriteNumber("rejected", fates.Rejected);
        writer.WriteNumber("total", fates.Total);
        writer.WriteEndObject();
    }

    private static void WriteAlerts(Utf8JsonWriter writer, TwinState state)
    {
        writer.WriteNumber("activeAlerts", state.ActiveAlerts.Length);
        if (state.ActiveAlerts.IsEmpty)
        {
            return;
        }

        writer.WriteNumber("severity", state.ActiveAlerts.Max(a => a.Severity));
        writer.WriteStartArray("alerts");
        foreach (AlertEvent alert in state.ActiveAlerts.OrderByDescending(a => a.Severity).ThenBy(a => a.Id, StringComparer.Ordinal)
            .Take(MaxAlerts))
        {
            writer.WriteStartObject();
            writer.WriteString("id", alert.AlertId);
            writer.WriteString("name", alert.AlertName);
            writer.WriteString("subject", alert.Subject);
            writer.WriteNumber("severity", alert.Severity);
            writer.WriteString("incidentId", alert.IncidentId);
            WriteInstant(writer, "eventTime", alert.EventTime);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double value)
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

    private static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            writer.WriteString(name, Api.ApiJson.Instant(known));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>Collects, while one document is written, what has aged and until when the document holds.</summary>
    private sealed class Judgement(DateTimeOffset now)
    {
        public int Aged { get; private set; }

        public DateTimeOffset ValidUntil { get; private set; } = DateTimeOffset.MaxValue;

        public SampleQuality Judge(SampleQuality stored, DateTimeOffset staleAt)
        {
            SampleQuality judged = Freshness.Judge(stored, staleAt, now);
            Note(judged != stored, staleAt);
            return judged;
        }

        public bool IsIdle(TwinState state, DateTimeOffset idleAt)
        {
            bool idle = now >= idleAt;
            Note(idle && !state.IsIdle && state.Modified is not null, idleAt);
            return idle;
        }

        private void Note(bool aged, DateTimeOffset at)
        {
            Aged += aged ? 1 : 0;
            ValidUntil = at > now && at < ValidUntil ? at : ValidUntil;
        }
    }
}
