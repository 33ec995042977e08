using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Millwright.Grains.Twins;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Telemetry;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>Raw samples of one metric, ascending: the stored blocks and the tail that the twin has not yet written.</summary>
internal static class HistoryApi
{
    private const string Scope = "history";
    private const int StandardLimit = 1_000;
    private const int MaxLimit = 10_000;

    private static readonly TimeSpan StandardRange = TimeSpan.FromHours(1);

    public static void MapHistory(this IEndpointRouteBuilder api) => api.MapGet("/history", GetAsync)
        .WithQuery(
            QueryParameter.Asset with { Required = true },
            new QueryParameter("metric", "Metric name.") { Required = true },
            QueryParameter.From with { Description = "Start, inclusive; default one hour before `to`." },
            QueryParameter.To with { Description = "End, exclusive; default now." },
            new QueryParameter("limit", "Samples, 1 to 10000; default 1000.", "integer"),
            QueryParameter.Cursor)
        .WithTags("history").WithName("getHistory").WithSummary("Raw samples of a metric, ascending by event time")
        .Produces<Page<HistoryItem>>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> GetAsync(
        HttpContext context, [FromServices] ITwinStore store, [FromServices] IGrainFactory grains, [FromServices] FleetIndex index,
            [FromServices] TimeProvider time)
    {
        var query = new QueryReader(context);
        string asset = query.RequiredAssetId();
        string metric = query.Required("metric", 128);
        (DateTimeOffset? from, DateTimeOffset? to) = query.Range();
        int limit = query.Size(StandardLimit, MaxLimit, "limit");
        long? resume = query.Ordinal(Scope);
        if (resume >= DateTimeOffset.MaxValue.UtcTicks)
        {
            query.Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (!index.Contains(asset))
        {
            return ApiProblem.NoAsset();
        }

        // A sample stamped a little ahead of our clock is still history that the caller expects to see.
        DateTimeOffset end = to ?? time.GetUtcNow().AddHours(1);
        DateTimeOffset start = resume is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero).AddTicks(1)
            : from ?? Earlier(to ?? time.GetUtcNow());

        // The tail first: what moves into the store in between is then read twice and merged, not missed.
        ImmutableArray<HistoryPoint> tail = await grains.GetGrain<IAssetTwinGrain>(asset).GetRecentHistoryAsync(metric);
        ImmutableArray<HistoryPoint> stored = start < end
            ? await store.GetHistoryAsync(asset, metric, start, end, limit + 1, context.RequestAborted)
            : [];
        List<HistoryPoint> points = Merge(stored, [.. tail.Where(p => p.EventTime >= start && p.EventTime < end)], limit + 1);
        return TypedResults.Ok(Page<HistoryItem>.Cut(points, limit, HistoryItem.Of, last => Cursor.Of(Scope, last.EventTime.UtcTicks)));
    }

    /// <summary>Both are ascending. One sample per event time; the twin's is the newer word.</summary>
    internal static List<HistoryPoint> Merge(ImmutableArray<HistoryPoint> stored, ImmutableArray<HistoryPoint> tail, int limit)
    {
        var merged = new List<HistoryPoint>(Math.Min(limit, stored.Length + tail.Length));
        int s = 0;
        int t = 0;
        while (merged.Count < limit && (s < stored.Length || t < tail.Length))
        {
            bool fromTail = s == stored.Length || (t < tail.Length && tail[t].EventTime <= stored[s].EventTime);
            HistoryPoint point = fromTail ? tail[t++] : stored[s++];
            if (merged.Count == 0 || merged[^1].EventTime != point.EventTime)
            {
                merged.Add(point);
            }
        }

        return merged;
    }

    private static DateTimeOffset Earlier(DateTimeOffset end) =>
        end - DateTimeOffset.MinValue <= StandardRange ? DateTimeOffset.MinValue : end - StandardRange;
}

/// <param name="Value">Absent for a text.</param>
/// <param name="Text">Absent for a number.</param>
/// <param name="Historical">Present and true when the sample came as a backfill.</param>
internal sealed record HistoryItem(
    [property: JsonConverter(typeof(ExactInstantConverter))] DateTimeOffset EventTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Value,
    SampleQuality Quality,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Historical)
{
    public static HistoryItem Of(HistoryPoint point) => new(
        point.EventTime,
        point.Text is not null && double.IsNaN(point.Value) ? null : point.Value,
        point.Quality,
        point.Text,
        point.Historical);
}
