using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Things;

/// <summary>Ditto's search over the fleet index.</summary>
internal static class SearchApi
{
    public static void MapSearch(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder search = api.MapGroup("/api/2/search/things").WithTags("things").MayBeAway();
        search.MapGet("", Search)
            .WithQuery(ThingRequest.Filter, ThingRequest.Option, ThingRequest.Fields, ThingRequest.Namespaces)
            .WithName("searchThings").WithSummary("Things that match an RQL filter, sorted and paged")
            .Produces<object>().Produces<DittoError>(400);
        search.MapGet("/count", Count)
            .WithQuery(ThingRequest.Filter, ThingRequest.Namespaces)
            .WithName("countThings").WithSummary("How many things match an RQL filter")
            .Produces<int>().Produces<DittoError>(400);
    }

    private static async Task<IResult> Search(HttpContext context, [FromServices] FleetIndex index)
    {
        ThingRequest request = ThingRequest.Read(context);
        if (request.Error is not null)
        {
            return request.Error;
        }

        if (EventStreamResult.IsWanted(context.Request))
        {
            return new EventStreamResult(new ThingEvents(index, request.Which, request.Selection, null));
        }

        if (!ThingSearch.TryRun(index, request, out ThingSearch? page))
        {
            return ThingSearch.InvalidCursor;
        }

        await ThingResult.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("items");
            page.WriteItems(writer, request.Selection);
            if (page.Next is not null)
            {
                writer.WriteString("cursor", page.Next);
            }

            writer.WriteEndObject();
        });
        return Results.Empty;
    }

    private static IResult Count(HttpContext context, [FromServices] FleetIndex index)
    {
        ThingRequest request = ThingRequest.Read(context);
        return request.Error ?? Results.Text(index.All().Count(request.Which.Matches).ToString(CultureInfo.InvariantCulture),
            "application/json");
    }
}
