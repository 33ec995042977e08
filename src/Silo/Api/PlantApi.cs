using Microsoft.AspNetCore.Mvc;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api;

/// <summary>The plant model as it is in force.</summary>
internal static class PlantApi
{
    public static void MapPlant(this IEndpointRouteBuilder api) => api.MapGet("/plant", Get)
        .WithQuery(new QueryParameter("line", "Line key: only this line and its assets."))
        .WithTags("plant").WithName("getPlant").WithSummary("Lines and assets of the plant model").Produces<PlantItem>()
            .ProducesProblem(400);

    private static IResult Get(HttpContext context, [FromServices] PlantModel model)
    {
        var query = new QueryReader(context);
        string? line = query.Text("line");
        return query.Problem is { } problem ? problem : TypedResults.Ok(PlantItem.Of(model, line));
    }
}
