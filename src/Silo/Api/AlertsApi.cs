using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Things;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api;

/// <summary>All alert events ever reported, as CloudEvents; newest first, or live.</summary>
internal static class AlertsApi
{
    private const string Scope = "alerts";

    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAsync)
            .WithQuery(
                QueryParameter.Asset,
                new QueryParameter("incident", "Incident id."),
                new QueryParameter("detector", "Detector kind, e.g. `robust-z`."),
                new QueryParameter("audience", "`maintenance`, `quality` or `energy`."),
                new QueryParameter("kind", "`raised`, `cleared`, `amended` or `retracted`."),
                QueryParameter.From,
                QueryParameter.To,
                QueryParameter.AsOf with
                {
                    Description = "What was known then: of each alert the newest event recorded up to this instant. "
                        + "The other parameters apply to that event. Default: all events ever.",
                },
                QueryParameter.Size,
                QueryParameter.Cursor)
            .WithTags("alerts").WithName("listAlerts")
                .WithSummary("Alert events as CloudEvents, newest first; with Accept: text/event-stream as they come")
            .Produces<Page<object>>().ProducesProblem(400).ProducesProblem(503);
        api.MapAlert();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, [FromServices] IAlertStore store, [FromServices] IAlertRenderer renderer, [FromServices] LiveSignals signals)
    {
        var query = new QueryReader(context);
        (DateTimeOffset? from, DateTimeOffset? to) = query.Range();
        int size = query.Size();
        var filter = new AlertQuery
        {
            AssetId = query.AssetId(),
            IncidentId = query.Text("incident"),
            DetectorKind = query.Text("detector", 64),
            Audience = query.Choice<Audiences>("audience"),
            Kind = query.Choice<AlertKind>("kind"),
            From = from,
            To = to,
            AsOf = query.Instant("asOf"),
            Before = query.Ordinal(Scope),
            Limit = size + 1,
        };
        if (filter.AsOf is not null && EventStreamResult.IsWanted(context.Request))
        {
            query.Fail("asOf.live", "A live stream has no past: leave 'asOf' out, or ask without Accept: text/event-stream.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (EventStreamResult.IsWanted(context.Request))
        {
            return new EventStreamResult(new AlertEvents(store, signals.Alerts, filter, a => renderer.Render(a.Alert)));
        }

        ImmutableArray<StoredAlert> found = await store.QueryAsync(filter, context.RequestAborted);
        await ThingResult.WriteAsync(context, writer => Write(writer, found, size, renderer));
        return Results.Empty;
    }

    private static void Write(Utf8JsonWriter writer, ImmutableArray<StoredAlert> found, int size, IAlertRenderer renderer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (StoredAlert alert in found.Take(size))
        {
            writer.WriteRawValue(renderer.Render(alert.Alert), skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("next", found.Length > size ? Cursor.Of(Scope, found[size - 1].Ordinal) : null);
        writer.WriteEndObject();
    }
}
