using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Rql;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Silo.Api.Things;

/// <summary>Twins in Ditto's JSON and at Ditto's addresses.</summary>
internal static class ThingsApi
{
    public static void MapThings(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder things = api.MapGroup("/api/2/things").WithTags("things").MayBeAway();
        things.MapGet("", List)
            .WithQuery(ThingRequest.Ids, ThingRequest.Namespaces, ThingRequest.Fields, ThingRequest.Filter, ThingRequest.Option)
            .WithName("listThings").WithSummary("Things by id or all of them; with Accept: text/event-stream their changes")
            .Produces<object[]>().Produces<DittoError>(400);
        things.MapGet("/{thingId}", (HttpContext context, string thingId) => GetAsync(context, thingId, null))
            .WithQuery(ThingRequest.Fields, ThingRequest.Filter)
            .WithName("getThing").WithSummary("One thing; with Accept: text/event-stream its changes")
            .Produces<object>().Produces(304).Produces<DittoError>(400).Produces<DittoError>(404).Produces<DittoError>(412);
        things.MapGet("/{thingId}/{**path}", (HttpContext context, string thingId, string path) => GetAsync(context, thingId, path))
            .WithQuery(ThingRequest.Fields, ThingRequest.Filter)
            .WithName("getThingNode").WithSummary("Any JSON node of a thing, e.g. features/vibration/properties/value")
            .Produces<object>().Produces(304).Produces<DittoError>(400).Produces<DittoError>(404).Produces<DittoError>(412);
        things.MapMethods("/{thingId}/{**path}", ["PUT", "PATCH", "POST", "DELETE"], Refuse).ExcludeFromDescription();
        things.MapMethods("/{thingId}", ["PUT", "PATCH", "POST", "DELETE"], Refuse).ExcludeFromDescription();
    }

    /// <summary>What <see cref="ApiGuard"/> may answer to any request under /api/2, for the description.</summary>
    internal static RouteGroupBuilder MayBeAway(this RouteGroupBuilder group) => group.WithMetadata(
        new ProducesResponseTypeMetadata(StatusCodes.Status503ServiceUnavailable, typeof(DittoError), ["application/json"]),
        new ProducesResponseTypeMetadata(StatusCodes.Status504GatewayTimeout, typeof(DittoError), ["application/json"]));

    private static IResult Refuse(HttpContext context)
    {
        context.Response.Headers.Allow = "GET";
        return DittoError.OfStatus(405, "things:write.notallowed") with
        {
            Message = "Things cannot be written here.",
            Description = "Attributes come from the plant model and features from telemetry; publish telemetry instead.",
        };
    }

    private static async Task<IResult> List(HttpContext context, [FromServices] FleetIndex index)
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

        if (request.OrderedIds is { } ids)
        {
            await ThingResult.WriteAsync(context, writer =>
            {
                writer.WriteStartArray();
                foreach (string id in ids)
                {
                    if (index.TryGet(id, out ThingDocument? document) && request.Which.Matches(document))
                    {
                        ThingResult.Write(writer, document.Root, request.Selection);
                    }
                }

                writer.WriteEndArray();
            });
            return Results.Empty;
        }

        if (!ThingSearch.TryRun(index, request, out ThingSearch? page))
        {
            return ThingSearch.InvalidCursor;
        }

        if (page.Next is not null)
        {
            // The body is a bare array, as Ditto's is; so the cursor travels beside it.
            context.Response.Headers["X-Next-Cursor"] = page.Next;
        }

        await ThingResult.WriteAsync(context, writer => page.WriteItems(writer, request.Selection));
        return Results.Empty;
    }

    private static async Task<IResult> GetAsync(HttpContext context, string thingId, string? path)
    {
        var index = context.RequestServices.GetRequiredService<FleetIndex>();
        ThingRequest request = ThingRequest.Read(context);
        JsonPath? node = null;
        string decoded = path?.Replace("%2F", "~1", StringComparison.OrdinalIgnoreCase) ?? "";
        if (request.Error is not null || !AssetId.TryParse(thingId, out _))
        {
            return request.Error ?? DittoError.InvalidId(thingId);
        }

        if (!index.Contains(thingId))
        {
            return DittoError.ThingNotFound(thingId);
        }

        if (decoded.Length > 0 && !JsonPath.TryParse(decoded, out node))
        {
            return DittoError.PathNotFound(thingId, decoded);
        }

        if (EventStreamResult.IsWanted(context.Request))
        {
            ThingFilter which = request.Which with { Ids = new HashSet<string>(StringComparer.Ordinal) { thingId } };
            return new EventStreamResult(new ThingEvents(index, which, request.Selection, node));
        }

        await RefreshAsync(context, index, thingId);
        if (!index.TryGet(thingId, out ThingDocument? document))
        {
            return DittoError.ThingNotFound(thingId);
        }

        return await AnswerAsync(context, document, node, request.Selection);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, ThingDocument document, JsonPath? node, FieldSelection? fields)
    {
        System.Text.Json.JsonElement found = document.Root;
        if (node is not null && !node.TryFind(document.Root, out found))
        {
            return DittoError.PathNotFound(document.ThingId, node.ToString());
        }

        context.Response.Headers.ETag = document.ETag;
        StringValues ifMatch = context.Request.Headers.IfMatch;
        if (ifMatch.Count > 0 && !EntityTags.Matches(ifMatch, document.ETag))
        {
            return DittoError.PreconditionFailed("If-Match", ifMatch.ToString(), document.ETag);
        }

        if (EntityTags.Matches(context.Request.Headers.IfNoneMatch, document.ETag))
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        await ThingResult.WriteAsync(context, writer => ThingResult.Write(writer, found, fields));
        return Results.Empty;
    }

    /// <summary>Asks the twin itself, which is newer than the index by what the stream still carries.</summary>
    private static async Task RefreshAsync(HttpContext context, FleetIndex index, string thingId)
    {
        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        try
        {
            TwinState state = await grains.GetGrain<IAssetTwinGrain>(thingId).GetAsync();
            if (state.Revision > 0)
            {
                index.Apply(state);
            }
        }
        catch (Exception exception) when (exception is TwinStoreException or StoreException or TimeoutException or OrleansException)
        {
            // The index still answers, and judges freshness by the clock: what it shows is older, but never looks fresh.
            context.Response.Headers["X-Millwright-Source"] = "index";
        }
    }
}
