using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Millwright.Alerts;

/// <summary>The way back from the CloudEvent to the record.</summary>
internal static class AlertCloudEventReader
{
    public static ImmutableArray<(Audiences Audience, string Name)> AudienceNames { get; } =
        [(Audiences.Maintenance, "maintenance"), (Audiences.Quality, "quality"), (Audiences.Energy, "energy")];

    public static AlertEvent Read(JsonElement root)
    {
        JsonElement data = root.GetProperty("data");
        return new AlertEvent
        {
            Id = Text(root, "id"),
            AlertId = Text(data, "alertId"),
            Kind = AlertCloudEvent.KindOf(Text(root, "type")),
            AssetId = Text(root, "partitionkey"),
            AlertName = Text(data, "alertname"),
            Subject = Text(root, "subject"),
            EventTime = Instant(root, "time"),
            RecordedTime = Instant(root, "recordedtime"),
            Sequence = long.Parse(Text(root, "sequence"), NumberStyles.None, CultureInfo.InvariantCulture),
            Severity = data.GetProperty("severity").GetInt32(),
            Audiences = ReadAudiences(data),
            Category = ReadCategory(Text(data, "category")),
            IncidentId = Text(data, "incidentId"),
            Explanation = ReadExplanation(data),
            Summary = Text(data, "summary"),
            Recommendation = data.GetProperty("recommendation") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
                ? Text(list[0], "action")
                : "",
        };
    }

    private static AlertExplanation ReadExplanation(JsonElement data)
    {
        JsonElement window = data.GetProperty("window");
        JsonElement detector = data.GetProperty("detector");
        return new AlertExplanation
        {
            DetectorId = Text(detector, "id"),
            DetectorKind = Text(detector, "kind"),
            DetectorVersion = Text(detector, "version"),
            Score = Number(data, "score"),
            Threshold = Number(data, "threshold"),
            WindowStart = Instant(window, "from"),
            WindowEnd = Instant(window, "to"),
            Completeness = Number(window, "completeness"),
            Contributions = [.. data.GetProperty("contributions").EnumerateArray().Select(ReadContribution)],
            Counterfactual = Text(data, "counterfactual"),
            OperatingState = Text(detector, "state"),
            Forecast = data.TryGetProperty("forecast", out JsonElement forecast) ? ReadForecast(forecast) : null,
            PriorPeers = data.TryGetProperty("priorPeers", out JsonElement peers) ? peers.GetInt32() : 0,
        };
    }

    private static AlertForecast? ReadForecast(JsonElement forecast) => forecast.ValueKind != JsonValueKind.Object ? null : new()
    {
        Crosses = Text(forecast, "crosses"),
        P10 = Instant(forecast, "p10"),
        P90 = Instant(forecast, "p90"),
    };

    private static Contribution ReadContribution(JsonElement entry) => new()
    {
        Metric = Text(entry, "signal"),
        Observed = Number(entry, "value"),
        Baseline = Number(entry, "baseline"),
        Unit = Text(entry, "unit"),
        Share = Number(entry, "share"),
    };

    private static Audiences ReadAudiences(JsonElement data)
    {
        Audiences audiences = Audiences.None;
        foreach (JsonElement entry in data.GetProperty("audience").EnumerateArray())
        {
            string name = entry.GetString() ?? "";
            audiences |= AudienceNames.FirstOrDefault(known => known.Name == name) is { Name: not null } found
                ? found.Audience
                : throw new FormatException($"Not an alert CloudEvent: the audience '{name}' is unknown.");
        }

        return audiences;
    }

    private static AlertCategory ReadCategory(string name) =>
        Enum.GetValues<AlertCategory>()
            .Cast<AlertCategory?>()
            .FirstOrDefault(category => AlertCloudEvent.CategoryName(category!.Value) == name)
            ?? throw new FormatException($"Not an alert CloudEvent: the category '{name}' is unknown.");

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"Not an alert CloudEvent: '{name}' is null.");

    private static double Number(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : double.NaN;

    private static DateTimeOffset Instant(JsonElement element, string name) =>
        DateTimeOffset.Parse(
        Text(element, name),
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
