using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;
using Millwright.Silo.Api.Detectors;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>Incidents: what needs a person's attention, and what persons did about it.</summary>
internal static class IncidentsApi
{
    private const string Scope = "incidents";

    public static void MapIncidents(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder incidents = api.MapGroup("/incidents").WithTags("incidents");
        incidents.MapGet("", ListAsync)
            .WithQuery(
                new QueryParameter("status", "`active`, `acknowledged`, `shelved`, `cleared`, or `open` for all but cleared."),
                QueryParameter.Asset,
                new QueryParameter("audience", "`maintenance`, `quality` or `energy`."),
                QueryParameter.Size,
                QueryParameter.Cursor)
            .WithName("listIncidents").WithSummary("Incidents, newest change first; with Accept: text/event-stream as they change")
            .Produces<Page<IncidentItem>>().ProducesProblem(400).ProducesProblem(503);
        incidents.MapGet("/{id}", GetAsync).WithQuery()
            .WithName("getIncident").WithSummary("One incident with its newest alerts").Produces<IncidentItem>().ProducesProblem(400)
                .ProducesProblem(404);
        Command(incidents, "acknowledge", "acknowledgeIncident", "Someone has taken note", (grain, command) =>
            grain.AcknowledgeAsync(command));
        Command(incidents, "shelve", "shelveIncident", "Silence it until an instant, at most 7 days ahead", (grain, command) =>
            grain.ShelveAsync(command));
        Command(incidents, "verdict", "judgeIncident", "Say whether it was right: true, nuisance or unsure", (grain, command) =>
            grain.JudgeAsync(command));
    }

    private static void Command(
        RouteGroupBuilder incidents, string name, string id, string summary, Func<IIncidentGrain, IncidentCommand,
            ValueTask<IncidentResult>> call) =>
        incidents.MapPost($"/{{id}}/{name}",
            (HttpContext context, string id, [FromServices] IGrainFactory grains, [FromServices] VerdictDesk verdicts,
                [FromServices] IAlertRenderer renderer) =>
                CommandAsync(
                    context, id, name,
                    command => name == "verdict"
                        ? JudgeAsync(grains.GetGrain<IIncidentGrain>(id), verdicts, id, command)
                        : call(grains.GetGrain<IIncidentGrain>(id), command),
                    renderer))
            .WithQuery().Accepts<IncidentBody>("application/json")
            .WithName(id).WithSummary(summary)
            .Produces<IncidentItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413)
                .ProducesProblem(415);

    private static async ValueTask<IncidentResult> JudgeAsync(
        IIncidentGrain grain, VerdictDesk verdicts, string id, IncidentCommand command)
    {
        IncidentResult result = await grain.JudgeAsync(command);
        if (result.Code is null && VerdictWords.Parse(command.Verdict) is { } verdict)
        {
            // After the incident has it. Cut short between the two the operator gets no answer, and saying it again does both.
            await verdicts.JudgeIncidentAsync(id, new VerdictWords(verdict, command.Operator, command.Comment), CancellationToken.None);
        }

        return result;
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, [FromServices] IGrainStateQuery store, [FromServices] LiveSignals signals, [FromServices] TimeProvider time)
    {
        var query = new QueryReader(context);
        string? status = query.Choice("status", "active", "acknowledged", "shelved", "cleared", "open");
        string? asset = query.AssetId();
        Audiences? audience = query.Choice<Audiences>("audience");
        int size = query.Size();
        long? before = query.Ordinal(Scope);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        IncidentItem Item(IncidentEntity entity) => IncidentItem.Of(IncidentFold.At(entity.State!, time.GetUtcNow()));
        bool Selects(IncidentEntity entity) => entity.State is { } state
            && HasStatus(IncidentFold.At(state, time.GetUtcNow()), status)
            && (asset is null || state.AssetId == asset)
            && (audience is null || state.Audiences.HasFlag(audience.Value));
        if (EventStreamResult.IsWanted(context.Request))
        {
            return new EventStreamResult(new IncidentEvents(
                store, signals.Incidents, Selects, s =>
                    JsonSerializer.SerializeToUtf8Bytes(Item(s.State), ApiJson.Options)));
        }

        (List<GrainStateEntry<IncidentEntity>> found, long? next) = await StateScan.RunAsync(
            store, new StateSelection<IncidentEntity>(IncidentEntity.StateName, before, size, Selects), context.RequestAborted);
        return TypedResults.Ok(new Page<IncidentItem>([.. found.Select(f => Item(f.State))], next is null ? null
            : Cursor.Of(Scope, next)));
    }

    private static async Task<IResult> GetAsync(
        HttpContext context, string id, [FromServices] IGrainFactory grains, [FromServices] IAlertRenderer renderer)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "incident")) is { } problem)
        {
            return problem;
        }

        IncidentState? state = await grains.GetGrain<IIncidentGrain>(id).GetAsync();
        return state is null ? NotFound() : TypedResults.Ok(IncidentItem.WithAlerts(state, renderer));
    }

    private static async Task<IResult> CommandAsync(
        HttpContext context, string id, string name, Func<IncidentCommand, ValueTask<IncidentResult>> call, IAlertRenderer renderer)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "incident")) is { } problem)
        {
            return problem;
        }

        (IncidentBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<IncidentBody>(context);
        if (unreadable is not null || Check(body!, name) is { } invalid && (unreadable = invalid) is not null)
        {
            return unreadable;
        }

        IncidentResult result = await call(new IncidentCommand
        {
            Operator = body!.Operator!,
            Comment = body.Comment ?? "",
            Until = body.Until,
            Verdict = body.Verdict,
        });
        return result switch
        {
            { Code: null, State: { } state } => TypedResults.Ok(IncidentItem.WithAlerts(state, renderer)),
            { Code: "incident.notfound" } => NotFound(),
            { Code: "incident.until.invalid" or "incident.verdict.invalid" } => ApiProblem.BadRequest(result.Code, result.Message),
            _ => ApiProblem.Conflict(result.Code ?? "incident.refused", result.Message),
        };
    }

    internal static ProblemHttpResult? Check(IncidentBody body, string command)
    {
        if (string.IsNullOrWhiteSpace(body.Operator) || body.Operator.Length > 128 || body.Operator.Any(char.IsControl))
        {
            return ApiProblem.BadRequest("operator.invalid", "'operator' must say who acts, in 1 to 128 characters.");
        }

        if (body.Comment?.Length > 2000)
        {
            return ApiProblem.BadRequest("comment.invalid", "'comment' may have at most 2000 characters.");
        }

        return (command, body) switch
        {
            ("shelve", { Until: null }) =>
                ApiProblem.BadRequest("incident.until.invalid", "'until' must say how long to shelve, at most 7 days ahead."),
            ("verdict", { Verdict: not ("true" or "nuisance" or "unsure") }) =>
                ApiProblem.BadRequest("incident.verdict.invalid", "'verdict' must be true, nuisance or unsure."),
            _ => null,
        };
    }

    private static bool HasStatus(IncidentState state, string? status) => status switch
    {
        null => true,
        "open" => state.Status != IncidentStatus.Cleared,
        _ => status.Equals(state.Status.ToString(), StringComparison.OrdinalIgnoreCase),
    };

    private static ProblemHttpResult NotFound() =>
        ApiProblem.NotFound("incident.notfound", "There is no incident with this id. The list is at /api/v1/incidents.");
}

/// <summary>What an operator sends. An unknown member is refused: a misspelt `until` must not be taken for none.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IncidentBody
{
    public string? Operator { get; init; }
    public string? Comment { get; init; }
    public DateTimeOffset? Until { get; init; }
    public string? Verdict { get; init; }
}
