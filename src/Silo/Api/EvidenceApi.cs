using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Things;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>
/// One alert: all that was told of it, and its evidence, which is the samples of its window and the verdict reached again from history.
/// </summary>
internal static class EvidenceApi
{
    /// <summary>Events of one alert, newest first, and samples of one metric of a window.</summary>
    private const int MaxEvents = 200;
    private const int MaxSamples = 2_000;

    public static void MapAlert(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts/{id}", GetAsync)
            .WithQuery(QueryParameter.AsOf with { Description = "What was known at this instant; default now." })
            .WithTags("alerts").WithName("getAlert").WithSummary("One alert: its newest event, and all that was told of it before")
            .Produces<AlertItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        api.MapGet("/alerts/{id}/evidence", EvidenceAsync).WithQuery()
            .WithTags("alerts").WithName("getEvidence")
            .WithSummary("The samples of an alert's window, and its verdict replayed from history")
            .Produces<EvidenceItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<IResult> GetAsync(
        HttpContext context, string id, [FromServices] IAlertStore store, [FromServices] IAlertRenderer renderer)
    {
        var query = new QueryReader(context);
        DateTimeOffset known = query.Instant("asOf") ?? DateTimeOffset.MaxValue;
        if ((query.Problem ?? RouteText.Check(id, "alert")) is { } problem)
        {
            return problem;
        }

        ImmutableArray<AlertEvent> events =
            [.. (await FindAsync(store, id, context.RequestAborted)).Where(e => e.RecordedTime <= known)];
        if (events.IsEmpty)
        {
            return NotFound();
        }

        await ThingResult.WriteAsync(context, writer => Write(writer, events, renderer));
        return Results.Empty;
    }

    private static async Task<IResult> EvidenceAsync(
        HttpContext context, string id, [FromServices] IAlertStore alerts, [FromServices] ITwinStore store,
            [FromServices] IGrainFactory grains, [FromServices] ReplayDesk desk)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "alert")) is { } problem)
        {
            return problem;
        }

        ImmutableArray<AlertEvent> events = await FindAsync(alerts, id, context.RequestAborted);
        if (events.FirstOrDefault(e => e.Kind is AlertKind.Raised or AlertKind.Amended) is not { } begun)
        {
            return NotFound();
        }

        // All that it has seen is then in the store, at one moment.
        IAssetTwinGrain twin = grains.GetGrain<IAssetTwinGrain>(begun.AssetId);
        await twin.CheckpointAsync();
        using ReplayDesk.Seat? seat = desk.TryTake();
        if (seat is null)
        {
            return ReplayDesk.Busy();
        }

        Inquiry<AlertEvent>? replayed = await seat.Inquiry.VerdictAsync(begun, context.RequestAborted);
        return TypedResults.Ok(new EvidenceItem
        {
            AlertId = begun.AlertId,
            AssetId = begun.AssetId,
            Subject = begun.Subject,
            EventTime = begun.EventTime,
            IsRetracted = events[0].Kind == AlertKind.Retracted,
            Explanation = ExplanationItem.Of(begun.Explanation),
            Verdict = ReplayedVerdictItem.Of(begun, events[0].Kind == AlertKind.Retracted, replayed),
            Samples = await SamplesAsync(store, twin, begun, context.RequestAborted),
        });
    }

    /// <summary>All events of the alert that the id names, or whose event it names; newest first.</summary>
    private static async ValueTask<ImmutableArray<AlertEvent>> FindAsync(IAlertStore store, string id, CancellationToken cancellationToken)
    {
        ImmutableArray<StoredAlert> found =
            await store.QueryAsync(new AlertQuery { AlertId = id, Limit = MaxEvents }, cancellationToken);
        if (found.IsEmpty && await store.QueryAsync(new AlertQuery { Id = id, Limit = 1 }, cancellationToken) is [var one])
        {
            found = await store.QueryAsync(new AlertQuery { AlertId = one.Alert.AlertId, Limit = MaxEvents }, cancellationToken);
        }

        return [.. found.Select(f => f.Alert)];
    }

    private static async ValueTask<IReadOnlyList<WindowSamples>> SamplesAsync(
        ITwinStore store, IAssetTwinGrain twin, AlertEvent alert, CancellationToken cancellationToken)
    {
        AlertExplanation explanation = alert.Explanation;
        var found = new List<WindowSamples>();
        foreach (string metric in explanation.Contributions.Select(c => c.Metric).Distinct(StringComparer.Ordinal))
        {
            // The newest of a long window: they are nearest to the verdict.
            DateTimeOffset start = explanation.WindowStart;
            DateTimeOffset end = explanation.WindowEnd > alert.EventTime ? explanation.WindowEnd : alert.EventTime;
            ImmutableArray<HistoryPoint> tail =
                [.. (await twin.GetRecentHistoryAsync(metric)).Where(p => p.EventTime >= start && p.EventTime <= end)];
            StoredTail stored =
                await store.GetHistoryTailAsync(alert.AssetId, metric, start, end.AddTicks(1), MaxSamples, cancellationToken);

            // What moved into the store in between was read twice.
            HashSet<DateTimeOffset> known = [.. stored.Points.Select(p => p.EventTime)];
            List<HistoryPoint> points = HistoryApi.Merge(stored.Points, tail, int.MaxValue);
            found.Add(new WindowSamples(
                metric,
                stored.Count + tail.Count(p => !known.Contains(p.EventTime)),
                [.. points.TakeLast(MaxSamples).Select(HistoryItem.Of)]));
        }

        return found;
    }

    private static ProblemHttpResult NotFound() =>
        ApiProblem.NotFound("alert.notfound", "There is no such alert, or there was none then. The list is at /api/v1/alerts.");

    private static void Write(Utf8JsonWriter writer, ImmutableArray<AlertEvent> events, IAlertRenderer renderer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("current");
        writer.WriteRawValue(renderer.Render(events[0]), skipInputValidation: true);
        writer.WriteStartArray("events");
        foreach (AlertEvent told in events.Reverse())
        {
            writer.WriteRawValue(renderer.Render(told), skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
