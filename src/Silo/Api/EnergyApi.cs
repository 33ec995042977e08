using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Millwright.Energy;
using Millwright.Grains.Energy;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Api;

/// <summary>Consumption by line, asset, medium and operating state, and what was wasted idling.</summary>
internal static class EnergyApi
{
    private const string Scope = "energy";
    private const string WasteScope = "idle-waste";

    /// <summary>Lines looked at for idle waste; each keeps its newest 1,000 findings.</summary>
    private const int MaxLines = 200;

    public static void MapEnergy(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder energy = api.MapGroup("/energy").WithTags("energy");
        energy.MapGet("", ListAsync)
            .WithQuery(new QueryParameter("line", "Line key, `site/area/line`."), QueryParameter.Size, QueryParameter.Cursor)
            .WithName("listEnergy").WithSummary("Consumption of each line by medium, asset and operating state")
            .Produces<Page<EnergyItem>>().ProducesProblem(400);
        energy.MapGet("/idle-waste", ListWasteAsync)
            .WithQuery(new QueryParameter("line", "Line key."), QueryParameter.Asset, QueryParameter.From, QueryParameter.To,
                QueryParameter.Size, QueryParameter.Cursor)
            .WithName("listIdleWaste").WithSummary("Stretches of idling above the benchmark, newest first")
            .Produces<Page<IdleWaste>>().ProducesProblem(400);
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IGrainStateQuery store)
    {
        var query = new QueryReader(context);
        string? line = query.Text("line");
        int size = query.Size();
        long? before = query.Ordinal(Scope);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        bool Selects(EnergyEntity entity) => entity.State is { } state && (line is null || state.Key == line);
        (List<GrainStateEntry<EnergyEntity>> found, long? next) = await StateScan.RunAsync(
            store, new StateSelection<EnergyEntity>(EnergyEntity.StateName, before, size, Selects), context.RequestAborted);
        return TypedResults.Ok(new Page<EnergyItem>([.. found.Select(f => EnergyItem.Of(f.State.State!))], next is null ? null
            : Cursor.Of(Scope, next)));
    }

    private static async Task<IResult> ListWasteAsync(HttpContext context, [FromServices] IGrainStateQuery store)
    {
        var query = new QueryReader(context);
        string? line = query.Text("line");
        string? asset = query.AssetId();
        (DateTimeOffset? from, DateTimeOffset? to) = query.Range();
        int size = query.Size();
        Cursor? cursor = query.Cursor(WasteScope, 2);
        if (cursor is not null && (cursor.Number(0) is not >= 0 || cursor.Text(1) is null))
        {
            query.Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        ImmutableArray<GrainStateEntry<EnergyEntity>> lines = await store.ListAsync<EnergyEntity>(EnergyEntity.StateName, null, MaxLines,
            context.RequestAborted);
        List<IdleWaste> found = [.. lines
            .Where(l => l.State.State is not null && (line is null || l.Key == line || l.State.State.Key == line))
            .SelectMany(l => l.State.State!.IdleWaste)
            .Where(w => (asset is null || w.AssetId == asset) && (from is null || w.End > from) && (to is null || w.Start < to))
            .Where(w => cursor is null || Compare(w, cursor) > 0)
            .OrderByDescending(w => w.Start).ThenBy(w => w.Id, StringComparer.Ordinal)
            .Take(size + 1)];
        return TypedResults.Ok(Page<IdleWaste>.Cut(found, size, w => w, w => Cursor.Of(WasteScope, w.Start.UtcTicks, w.Id)));
    }

    private static int Compare(IdleWaste waste, Cursor cursor)
    {
        int order = cursor.Number(0)!.Value.CompareTo(waste.Start.UtcTicks);
        return order != 0 ? order : string.CompareOrdinal(waste.Id, cursor.Text(1));
    }
}

/// <param name="Totals">Over all assets of the line, by medium and unit.</param>
internal sealed record EnergyItem(
    string Line, IReadOnlyList<EnergyTotal> Totals, IReadOnlyList<EnergyAsset> Assets, IReadOnlyList<EnergyTotal> IdleWaste,
        IReadOnlyDictionary<string, double> IdleWasteCost)
{
    public static EnergyItem Of(EnergyState state) => new(
        state.Key,
        [.. state.Assets.GroupBy(a => (a.Medium, a.Unit)).Select(g => new EnergyTotal(g.Key.Medium, g.Key.Unit, g.Sum(a => a.Total)))],
        [.. state.Assets.Select(EnergyAsset.Of)],
        [.. state.IdleWaste.GroupBy(w => (w.Medium, w.Unit))
            .Select(g => new EnergyTotal(g.Key.Medium, g.Key.Unit, g.Sum(w => w.Quantity)))],
        state.IdleWaste.GroupBy(w => w.Currency).ToDictionary(g => g.Key, g => g.Sum(w => w.Cost)));
}

internal sealed record EnergyTotal(string Medium, string Unit, double Quantity);

internal sealed record EnergyAsset(
    string AssetId, string Meter, string Medium, string Unit, DateTimeOffset From, DateTimeOffset To, double Total,
        IReadOnlyList<EnergyByState> States)
{
    public static EnergyAsset Of(AssetConsumption asset) => new(
        asset.AssetId,
        asset.Meter,
        asset.Medium,
        asset.Unit,
        asset.From,
        asset.To,
        asset.Total,
        [.. asset.States.Select(s => new EnergyByState(s.OperatingState, s.Quantity, s.Duration.TotalSeconds))]);
}

internal sealed record EnergyByState(string OperatingState, double Quantity, double DurationSeconds);
