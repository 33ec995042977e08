using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api.Detectors;

/// <summary>An operator's word on one alert; that on a whole incident is at the incident.</summary>
internal static class AlertVerdictApi
{
    public static void MapAlertVerdict(this IEndpointRouteBuilder api) => api.MapPost("/alerts/{id}/verdict", JudgeAsync)
        .WithQuery().Accepts<IncidentBody>("application/json")
        .WithTags("alerts").WithName("judgeAlert").WithSummary("Say whether one alert was right: true, nuisance or unsure")
        .Produces<AlertVerdictItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415);

    private static async Task<IResult> JudgeAsync(HttpContext context, string id, [FromServices] VerdictDesk desk)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "alert")) is { } problem)
        {
            return problem;
        }

        (IncidentBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<IncidentBody>(context);
        if ((unreadable ?? IncidentsApi.Check(body!, "verdict")) is { } invalid)
        {
            return invalid;
        }

        var words = new VerdictWords(VerdictWords.Parse(body!.Verdict)!.Value, body.Operator!, body.Comment ?? "");
        return await desk.JudgeAlertAsync(id, words, context.RequestAborted) is { } kept
            ? TypedResults.Ok(AlertVerdictItem.Of(kept))
            : ApiProblem.NotFound("alert.notfound", "No alert was raised under this id. The list is at /api/v1/alerts.");
    }
}

internal sealed record AlertVerdictItem(string AlertId, Verdict Verdict, string Operator, string Comment, DateTimeOffset JudgedAt)
{
    public static AlertVerdictItem Of(StoredVerdict kept) => new(kept.AlertId, kept.Verdict, kept.Operator, kept.Comment, kept.JudgedAt);
}
