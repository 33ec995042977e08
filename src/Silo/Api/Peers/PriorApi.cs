using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Detection;
using Millwright.Core.Peers;
using Millwright.Core.Twins;
using Millwright.Grains.Peers;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api.Peers;

/// <summary>
/// Gives an asset that has learned nothing yet the figures of its peers to begin with. They go through the telemetry log as samples, one
/// per operating state, just after the newest sample that the twin has seen: live, replay and restore believe the same from the same
/// instant on.
/// </summary>
internal static class PriorApi
{
    private static readonly TimeSpan StandardSpan = TimeSpan.FromDays(7);

    public static void MapPrior(this IEndpointRouteBuilder api) => api.MapPost("/things/{id}/baselines/prior", AdoptAsync)
        .WithQuery().Accepts<PriorBody>("application/json")
        .WithTags("maintenance").WithName("adoptPrior")
        .WithSummary("Lets the detectors of an asset judge by its peers until they have learned; 202 once that is durable")
        .Produces<PriorReceipt>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413)
        .ProducesProblem(415).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> AdoptAsync(
        HttpContext context, string id, [FromServices] PriorDesk desk, [FromServices] FleetIndex index)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "thing")) is { } problem)
        {
            return problem;
        }

        if (!index.Contains(id))
        {
            return ApiProblem.NoAsset();
        }

        (PriorBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<PriorBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        return desk.Fault(id, body!) ?? await desk.AdoptAsync(context, id, body!);
    }

    internal static PeerRange RangeOf(TwinState twin, PriorBody body) => PeersApi.RangeOf(twin, body.From, body.To, StandardSpan);
}

/// <summary>Finds the peers, makes the priors and writes them.</summary>
internal sealed class PriorDesk(PeerComparison comparison, PlantModel plant, IGrainFactory grains, FleetIndex index, ReplayDesk replays)
{
    /// <summary>Null for a body that asks for what can be done.</summary>
    public ProblemHttpResult? Fault(string asset, PriorBody body)
    {
        if (!plant.Assets.ContainsKey(asset))
        {
            return ApiProblem.Conflict("peers.untyped", "The asset is not in the plant model, so nobody knows what is like it.");
        }

        bool hasBadPeers = !body.Peers.IsDefault && (body.Peers.Length is 0 or > PeerGroup.MaxMembers
            || body.Peers.Any(p => p is null || p == asset || !plant.Assets.ContainsKey(p))
            || body.Peers.Distinct(StringComparer.Ordinal).Count() != body.Peers.Length);
        if (hasBadPeers)
        {
            return ApiProblem.BadRequest(
                "peers.invalid", $"'peers' must name 1 to {PeerGroup.MaxMembers} other assets of the plant model, each once.");
        }

        return body.From >= body.To ? ApiProblem.BadRequest("range.invalid", "'from' must be before 'to'.") : null;
    }

    public async ValueTask<IResult> AdoptAsync(HttpContext context, string asset, PriorBody body)
    {
        PeerGroup group = comparison.GroupOf(asset);
        ImmutableArray<string> members = body.Peers.IsDefault ? group.Members : body.Peers;
        if (members.IsEmpty)
        {
            return group.Type.Length == 0
                ? ApiProblem.Conflict("peers.untyped", "The asset has no type in the plant model. Name its `peers`.")
                : ApiProblem.Conflict("peers.none", $"There is no other asset of type '{group.Type}'. Name its `peers`.");
        }

        IAssetTwinGrain grain = grains.GetGrain<IAssetTwinGrain>(asset);
        TwinState twin = await grain.GetAsync();
        if (twin.Metrics.IsEmpty)
        {
            return ApiProblem.NotFound("history.notfound", "The asset has sent nothing yet, so there is no time to begin at.");
        }

        if (!(await grain.GetDetectorsAsync()).Detectors.Any(d => DetectorKinds.AdoptingPriors.Contains(d.Kind)))
        {
            return ApiProblem.Conflict(
                "prior.unused",
                $"No detector of the asset can use it; these kinds can: {string.Join(", ", DetectorKinds.AdoptingPriors)}.");
        }

        using ReplayDesk.Seat? seat = replays.TryTake();
        if (seat is null)
        {
            return ReplayDesk.Busy();
        }

        PeerRange range = PriorApi.RangeOf(twin, body);
        await PeersApi.CheckpointAsync(grains, index, members);
        (ImmutableArray<PriorFigures> priors, ImmutableArray<string> used) =
            await comparison.PriorsAsync(asset, members, range, context.RequestAborted);
        return priors.IsEmpty
            ? ApiProblem.Conflict("peers.samples",
                $"No peer has {PeerComparison.LeastSamples} good samples of a metric in the same unit in the range. Give another `from`.")
            : await WriteAsync(context, asset, twin, priors, used);
    }

    private static async ValueTask<IResult> WriteAsync(
        HttpContext context, string asset, TwinState twin, ImmutableArray<PriorFigures> priors, ImmutableArray<string> used)
    {
        return await BaselinesApi.SayAsync(
            context, asset, twin, BaselinePrior.Metric, [.. priors.Select(p => PriorText.Write(p))]) switch
        {
            null => ApiProblem.NotFound("history.notfound", "The asset has sent nothing yet, so there is no time to begin at."),
            { IsWritten: true } written => TypedResults.Accepted((string?)null, new PriorReceipt(
                written.Receipt.Position, written.EventTime, used,
                [.. priors.Select(p => new PriorItem(p.State, p.Peers, p.Samples, p.Metrics.Length))])),
            var refused => TelemetryApi.NotTaken(context, refused.Receipt),
        };
    }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PriorBody
{
    /// <summary>Ids of the assets to learn from; when left out, those of the asset's type, of its own site first, at most 50.</summary>
    public ImmutableArray<string> Peers { get; init; }

    /// <summary>Start of the peers' history that is looked at; default seven days before <see cref="To"/>.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Its end; default just after the asset's newest sample.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <param name="Position">In the telemetry log.</param>
/// <param name="EventTime">From which on the detectors judge by the peers what they have not learned.</param>
/// <param name="Peers">Those that have enough samples in the range.</param>
internal sealed record PriorReceipt(
    long Position, [property: JsonConverter(typeof(ExactInstantConverter))] DateTimeOffset EventTime, IReadOnlyList<string> Peers,
    IReadOnlyList<PriorItem> Priors);

/// <param name="Peers">Fewest that stand behind one of its metrics.</param>
/// <param name="Metrics">How many metrics it has.</param>
internal sealed record PriorItem(string OperatingState, int Peers, long Samples, int Metrics);
