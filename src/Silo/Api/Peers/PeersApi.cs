using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Peers;
using Millwright.Grains.Peers;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api.Peers;

/// <summary>
/// This pump against its sisters: an asset beside those of its type, in the same operating state and under the same load.
/// </summary>
internal static class PeersApi
{
    private static readonly TimeSpan StandardSpan = TimeSpan.FromDays(1);

    public static void MapPeers(this IEndpointRouteBuilder api) => api.MapGet("/things/{id}/peers", GetAsync)
        .WithQuery(
            new QueryParameter("metric", "Metric name; default the first 32 numeric ones."),
            new QueryParameter("load", "Metric that says how hard the assets work; default the `load` of the plant model."),
            QueryParameter.From with { Description = "Start, inclusive; default one day before `to`." },
            QueryParameter.To with { Description = "End, exclusive; default just after the asset's newest sample." })
        .WithTags("history").WithName("getPeers")
        .WithSummary("An asset beside the others of its type, in the same operating state and under the same load")
        .Produces<PeersItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        HttpContext context, string id, [FromServices] PeerComparison comparison, [FromServices] FleetIndex index,
        [FromServices] IGrainFactory grains, [FromServices] ReplayDesk desk)
    {
        var query = new QueryReader(context);
        string? metric = query.Text("metric", 128);
        string? load = query.Text("load", 128);
        (DateTimeOffset? from, DateTimeOffset? to) = query.Range();
        if ((query.Problem ?? RouteText.Check(id, "thing")) is { } problem)
        {
            return problem;
        }

        if (!index.Contains(id))
        {
            return ApiProblem.NoAsset();
        }

        TwinState twin = await grains.GetGrain<IAssetTwinGrain>(id).GetAsync();
        foreach ((string name, string? value) in new[] { ("metric", metric), ("load", load) })
        {
            if (value is not null && !twin.Metrics.Any(m => m.Name == value && m.Text is null))
            {
                return ApiProblem.BadRequest($"{name}.invalid", $"'{name}' must be a numeric metric that the asset has.");
            }
        }

        using ReplayDesk.Seat? seat = desk.TryTake();
        if (seat is null)
        {
            return ReplayDesk.Busy();
        }

        PeerRange range = RangeOf(twin, from, to, StandardSpan);
        await CheckpointAsync(grains, index, [id, .. comparison.GroupOf(id).Members]);
        return TypedResults.Ok(PeersItem.Of(await comparison.CompareAsync(id, metric, load, range, context.RequestAborted)));
    }

    /// <summary>Up to the asset's newest sample, not to now: a recording that is replayed has its own time.</summary>
    public static PeerRange RangeOf(TwinState twin, DateTimeOffset? from, DateTimeOffset? to, TimeSpan span)
    {
        DateTimeOffset end = to ?? (twin.Metrics.IsEmpty ? DateTimeOffset.UnixEpoch : twin.Metrics.Max(m => m.EventTime)).AddTicks(1);
        DateTimeOffset start = from ?? (end - DateTimeOffset.MinValue <= span ? DateTimeOffset.MinValue : end - span);
        return new PeerRange(start, start < end ? end : start);
    }

    /// <summary>What was seen so far is then in the store. Assets that never spoke have no twin to ask.</summary>
    public static async ValueTask CheckpointAsync(IGrainFactory grains, FleetIndex index, IEnumerable<string> assets)
    {
        foreach (string asset in assets.Where(index.Contains))
        {
            await grains.GetGrain<IAssetTwinGrain>(asset).CheckpointAsync();
        }
    }
}

/// <param name="Type">Of the asset in the plant model; empty when it has none.</param>
/// <param name="Peers">Ids of the assets it was compared with: those of its type, of its own site first, at most 50.</param>
/// <param name="FurtherPeers">How many more there are.</param>
/// <param name="HeardPeers">Peers with samples in the range.</param>
/// <param name="Samples">Looked at, of all assets together.</param>
/// <param name="Reason">Why there is no comparison: a code of docs/reason-codes.md; empty when there is one.</param>
internal sealed record PeersItem(
    string AssetId, string Type, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Peers, int FurtherPeers, int HeardPeers,
    PeerLoadItem? Load, long Samples, string Reason, IReadOnlyList<PeerMetricItem> Metrics)
{
    public static PeersItem Of(PeerReport report) => new(
        report.AssetId,
        report.Group.Type,
        report.Range.From,
        report.Range.To,
        report.Group.Members,
        report.Group.Rest,
        report.Heard,
        report.Load.Length == 0 ? null : new PeerLoadItem(report.Load, report.Bands),
        report.Samples,
        report.Reason,
        [.. report.Entries.Select(e => PeerMetricItem.Of(e, report))]);
}

/// <param name="Bands">Loads at which a new band begins: the thirds of what the asset itself had; none when its load is always the
/// same.</param>
internal sealed record PeerLoadItem(string Metric, IReadOnlyList<double> Bands);

/// <param name="LoadFrom">Least load of the band, inclusive; null for no bound.</param>
/// <param name="LoadTo">Exclusive.</param>
/// <param name="Deviation">Of the asset's level from the peers' centre, in the peers' scales; null when it cannot be said.</param>
/// <param name="Difference">The same in the metric's unit.</param>
/// <param name="Reason">Why it cannot be said: a code of docs/reason-codes.md; empty when it can.</param>
internal sealed record PeerMetricItem(
    string Metric, string Unit, string OperatingState, double? LoadFrom, double? LoadTo, PeerLevelItem? Asset, PeerPoolItem? Peers,
    double? Deviation, double? Difference, string Reason)
{
    public static PeerMetricItem Of(PeerEntry entry, PeerReport report) => new(
        entry.Metric,
        entry.Unit,
        entry.State,
        entry.Band > 0 ? report.Bands[entry.Band - 1] : null,
        entry.Band < report.Bands.Length ? report.Bands[entry.Band] : null,
        entry.Asset is { } own ? new PeerLevelItem(own.Level, own.Spread, own.Samples) : null,
        entry.Peers is { } pool ? new PeerPoolItem(pool.Centre, pool.Scale, pool.Within, pool.Between, pool.Peers, pool.Samples) : null,
        entry.Deviation,
        entry.Difference,
        entry.Reason);
}

/// <param name="Level">Median, in the metric's unit.</param>
/// <param name="Spread">Robust standard deviation about it.</param>
internal sealed record PeerLevelItem(double Level, double Spread, long Samples);

/// <param name="Centre">Median of the peers' levels.</param>
/// <param name="Scale">Standard deviation of a sample of such an asset about the centre: both spreads together.</param>
/// <param name="Within">Spread of a peer about its own level.</param>
/// <param name="Between">Spread of levels about the centre.</param>
/// <param name="Count">Peers that stand behind it.</param>
internal sealed record PeerPoolItem(double Centre, double Scale, double Within, double Between, int Count, long Samples);
