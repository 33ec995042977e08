using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Windows;
using Millwright.Grains.Twins;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>Windows of one asset, newest first: those in the store and those that its twin still holds, the open ones included.</summary>
internal static class WindowsApi
{
    private const string Scope = "windows";

    private static readonly string[] Kinds = [.. Enum.GetValues<WindowKind>().Select(k => k.Text())];

    // One start is shared by as many windows as the asset has metrics and window sizes; this many are read beyond the page.
    private const int Ties = 200;

    public static void MapWindows(this IEndpointRouteBuilder api) => api.MapGet("/windows", ListAsync)
        .WithQuery(
            QueryParameter.Asset with { Required = true },
            new QueryParameter("metric", "Metric name; all when left out."),
            new QueryParameter(
                "kind", $"One of {string.Join(", ", Kinds.Select(k => $"`{k}`"))}. Of `sliding` and `count` the present one."),
            new QueryParameter("size-seconds", "Size of the window in seconds.", "integer"),
            QueryParameter.From,
            QueryParameter.To,
            QueryParameter.AsOf with
            {
                Description = "What was known then: of each window the newest revision stored up to this instant. A twin stores what it "
                    + "has closed within its checkpoint interval, ten seconds by default. Default: now, open windows included.",
            },
            QueryParameter.Size,
            QueryParameter.Cursor)
        .WithTags("history").WithName("listWindows").WithSummary("Event-time windows of an asset, newest first")
        .Produces<Page<WindowItem>>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> ListAsync(
        HttpContext context, [FromServices] ITwinStore store, [FromServices] IGrainFactory grains, [FromServices] FleetIndex index)
    {
        var query = new QueryReader(context);
        string asset = query.RequiredAssetId();
        string? metric = query.Text("metric", 128);
        string? kind = query.Choice("kind", Kinds);
        int length = query.Size(0, 604_800, "size-seconds");
        (DateTimeOffset? from, DateTimeOffset? to) = query.Range();
        DateTimeOffset? asOf = query.Instant("asOf");
        int size = query.Size();
        (DateTimeOffset Start, int Skip)? resume = Resume(query);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (!index.Contains(asset))
        {
            return ApiProblem.NoAsset();
        }

        int skip = resume?.Skip ?? 0;
        var stored = new WindowQuery
        {
            AssetId = asset,
            Metric = metric,
            Kind = kind,
            Size = length == 0 ? null : TimeSpan.FromSeconds(length),
            From = from ?? DateTimeOffset.MinValue,
            AsOf = asOf,
            To = resume is { } place ? place.Start.AddTicks(1) : to ?? DateTimeOffset.MaxValue,
            Limit = Math.Min(1000, size + skip + Ties),
        };

        // The twin first: a window that moves into the store in between is then seen twice rather than not at all.
        ImmutableArray<WindowResult> recent =
            asOf is null ? await grains.GetGrain<IAssetTwinGrain>(asset).GetRecentWindowsAsync() : [];
        ImmutableArray<WindowResult> old = await store.GetWindowsAsync(stored, context.RequestAborted);
        List<WindowResult> found = [.. Merge(old, recent.Where(w => Selects(stored, w))).Skip(skip).Take(size + 1)];
        return TypedResults.Ok(Page<WindowItem>.Cut(found, size, WindowItem.Of, last => Next(found, size, last, resume)));
    }

    private static IEnumerable<WindowResult> Merge(IEnumerable<WindowResult> stored, IEnumerable<WindowResult> recent) =>
        stored.Concat(recent)
        .GroupBy(w => (w.Metric, w.Kind, Size: WindowKinds.HasOwnLength(w.Kind) ? TimeSpan.Zero : w.Size, w.Start, Rule: RuleOf(w)))
        .Select(Last).OfType<WindowResult>()
        .OrderByDescending(w => w.Start)
        .ThenBy(w => w.Metric, StringComparer.Ordinal)
        .ThenBy(w => w.Kind, StringComparer.Ordinal)
        .ThenBy(w => w.Size);

    /// <summary>
    /// The last word on one window. A closed one that is empty was taken back: then it is open again, or there is none.
    /// </summary>
    private static WindowResult? Last(IEnumerable<WindowResult> words)
    {
        WindowResult? closed = words.Where(w => w.IsClosed).MaxBy(w => w.Revision);
        return closed is { Count: > 0 } ? closed : words.FirstOrDefault(w => !w.IsClosed);
    }

    /// <summary>Of windows with a result at each sample, which several rules may have at one start.</summary>
    private static (string?, int)? RuleOf(WindowResult window) =>
        window.Kind is "sliding" or "count" && window.Detail is { } detail ? (detail.State, detail.Samples) : null;

    private static bool Selects(WindowQuery query, WindowResult window) =>
        (query.Metric is null || window.Metric == query.Metric)
        && (query.Kind is null || window.Kind == query.Kind)
        && (query.Size is null || window.Size == query.Size)
        && window.Start >= query.From && window.Start < query.To;

    // A page may end amid windows of one start: the cursor says how many of them were shown.
    private static string Next(List<WindowResult> found, int size, WindowResult last, (DateTimeOffset Start, int Skip)? resume)
    {
        int shown = found.Take(size).Count(w => w.Start == last.Start);
        return Cursor.Of(Scope, last.Start.UtcTicks, resume is { } place && place.Start == last.Start ? shown + place.Skip : shown);
    }

    private static (DateTimeOffset Start, int Skip)? Resume(QueryReader query)
    {
        if (query.Cursor(Scope, 2) is not { } cursor)
        {
            return null;
        }

        if (cursor.Number(0) is { } ticks && cursor.Number(1) is { } skip
            && ticks >= 0 && ticks < DateTimeOffset.MaxValue.Ticks && skip is >= 0 and <= 1000)
        {
            return (new DateTimeOffset(ticks, TimeSpan.Zero), (int)skip);
        }

        query.Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        return null;
    }
}

internal sealed record WindowItem
{
    public required string Metric { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public required double SizeSeconds { get; init; }
    public required int Revision { get; init; }
    public required bool Closed { get; init; }
    public required long Count { get; init; }
    public required double Sum { get; init; }
    public required double Minimum { get; init; }
    public required double Maximum { get; init; }
    public required double Mean { get; init; }
    public required double StandardDeviation { get; init; }
    public required double First { get; init; }
    public required double Last { get; init; }
    public required double Completeness { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Samples { get; init; }

    /// <summary>What the plant model asks for beside the default ones, by name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Aggregates { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WindowShareItem>? States { get; init; }

    public static WindowItem Of(WindowResult window) => new()
    {
        Metric = window.Metric,
        Kind = window.Kind,
        Start = window.Start,
        End = window.End,
        SizeSeconds = window.Size.TotalSeconds,
        Revision = window.Revision,
        Closed = window.IsClosed,
        Count = window.Count,
        Sum = window.Sum,
        Minimum = window.Minimum,
        Maximum = window.Maximum,
        Mean = window.Mean,
        StandardDeviation = window.StandardDeviation,
        First = window.First,
        Last = window.Last,
        Completeness = window.Completeness,
        State = window.Detail?.State,
        Samples = window.Detail is { Samples: > 0 } detail ? detail.Samples : null,
        Aggregates = window.Detail is { Figures.IsEmpty: false } named ? ByName(named.Figures) : null,
        States = window.Detail is { States.IsEmpty: false } split ? [.. split.States.Select(WindowShareItem.Of)] : null,
    };

    internal static Dictionary<string, double> ByName(ImmutableArray<WindowFigure> figures) =>
        figures.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
}

/// <summary>The part of a window in which one operating state held.</summary>
internal sealed record WindowShareItem
{
    public required string State { get; init; }
    public required double Seconds { get; init; }
    public required long Count { get; init; }
    public required double Sum { get; init; }
    public required double Minimum { get; init; }
    public required double Maximum { get; init; }
    public required double Mean { get; init; }
    public required double StandardDeviation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Aggregates { get; init; }

    public static WindowShareItem Of(WindowStateShare share) => new()
    {
        State = share.State,
        Seconds = share.Time.TotalSeconds,
        Count = share.Count,
        Sum = share.Sum,
        Minimum = share.Minimum,
        Maximum = share.Maximum,
        Mean = share.Mean,
        StandardDeviation = share.StandardDeviation,
        Aggregates = share.Figures.IsEmpty ? null : WindowItem.ByName(share.Figures),
    };
}
