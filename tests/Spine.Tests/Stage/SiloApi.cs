using System.Net;
using System.Text;
using System.Text.Json;

namespace Millwright.Spine.Tests.Stage;

/// <summary>What a test asks a silo over HTTP.</summary>
internal static class SiloApi
{
    public static async Task<JsonElement> GetAsync(this SiloProcess silo, string path)
    {
        using HttpResponseMessage answer = await silo.Http.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"GET {path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static async Task<JsonElement> PostAsync(this SiloProcess silo, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await silo.Http.PostAsync(path, content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>All items of a list, page by page.</summary>
    public static async Task<List<JsonElement>> ListAsync(this SiloProcess silo, string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            string next = cursor is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}";
            JsonElement page = await silo.GetAsync(next);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>Null while the silo has not heard of the asset.</summary>
    public static async Task<JsonElement?> TwinAsync(this SiloProcess silo, string assetId)
    {
        using HttpResponseMessage answer = await silo.Http.GetAsync($"/api/2/things/{assetId}");
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The newest value of a metric; null while there is none.</summary>
    public static async Task<double?> ValueAsync(this SiloProcess silo, string assetId, string metric) =>
        await silo.TwinAsync(assetId) is { } twin && twin.TryGetProperty("features", out JsonElement features)
            && features.TryGetProperty(metric, out JsonElement feature)
            && feature.GetProperty("properties").TryGetProperty("value", out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;

    /// <summary>Every sample of a metric in [from, to), by event time.</summary>
    public static async Task<Dictionary<DateTimeOffset, double>> HistoryAsync(
        this SiloProcess silo, string assetId, string metric, DateTimeOffset from, DateTimeOffset to)
    {
        string path = $"/api/v1/history?asset={assetId}&metric={metric}&limit=10000&from={Instant(from)}&to={Instant(to)}";
        List<JsonElement> items = await silo.ListAsync(path);
        return items.ToDictionary(i => i.GetProperty("eventTime").GetDateTimeOffset(), i => i.GetProperty("value").GetDouble());
    }

    public static async Task<FateSums> FatesAsync(this SiloProcess silo)
    {
        JsonElement system = await silo.GetAsync("/api/v1/system");
        JsonElement fates = system.GetProperty("fates");
        return new FateSums(
            fates.GetProperty("accepted").GetInt64(),
            fates.GetProperty("amended").GetInt64(),
            fates.GetProperty("duplicate").GetInt64(),
            fates.GetProperty("dropped").GetInt64(),
            fates.GetProperty("rejected").GetInt64(),
            fates.GetProperty("total").GetInt64(),
            system.GetProperty("ingest").GetProperty("samples").GetInt64());
    }

    public static string Instant(DateTimeOffset instant) => Uri.EscapeDataString(instant.ToString("O"));
}

/// <param name="Ingested">Samples appended to the log since the silo started.</param>
internal sealed record FateSums(long Accepted, long Amended, long Duplicate, long Dropped, long Rejected, long Total, long Ingested);
