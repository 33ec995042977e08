using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Digests;
using Millwright.Grains;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Silo.Api.Requests;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>What twins said so far, as SHA-256: <c>millwright replay --verify</c> computes the same from their history.</summary>
internal static class DigestApi
{
    private const int PageSize = 1_000;

    public static void MapDigest(this IEndpointRouteBuilder api) => api.MapGet("/digest", GetAsync)
        .WithQuery(QueryParameter.Asset with { Description = "Asset id, `namespace:name`; all assets when left out." })
        .WithTags("history").WithName("getDigest").WithSummary("SHA-256 over the final windows and net alerts of an asset, or of all")
        .Produces<DigestItem>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> GetAsync(
        HttpContext context, [FromServices] StoredTwins twins, [FromServices] ITwinStore store, [FromServices] IGrainFactory grains)
    {
        var query = new QueryReader(context);
        string? asset = query.AssetId();
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (asset is null)
        {
            return TypedResults.Ok(await OfFleetAsync(twins, store, grains, context.RequestAborted));
        }

        return await OfAssetAsync(twins, grains, asset, context.RequestAborted) is { } found
            ? TypedResults.Ok(new DigestItem(found.Digest.Sha256, [AssetDigestItem.Of(found)]))
            : ApiProblem.NotFound("digest.notfound", "This asset has not sent anything. The list of assets is at /api/2/things.");
    }

    private static async Task<DigestItem> OfFleetAsync(
        StoredTwins twins, ITwinStore store, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var digests = new List<DigestResult>();
        var items = new List<AssetDigestItem>();
        string? after = null;
        ImmutableArray<string> page;
        do
        {
            page = await store.GetAssetIdsAsync(after, PageSize, cancellationToken);
            foreach (string id in page)
            {
                if (await OfAssetAsync(twins, grains, id, cancellationToken) is { } found)
                {
                    digests.Add(found.Digest);
                    items.Add(AssetDigestItem.Of(found));
                }
            }

            after = page.IsEmpty ? null : page[^1];
        }
        while (page.Length == PageSize);
        return new DigestItem(TwinDigest.OfFleet(digests), items);
    }

    private static async ValueTask<StoredDigest?> OfAssetAsync(
        StoredTwins twins, IGrainFactory grains, string asset, CancellationToken cancellationToken)
    {
        // All that it has said is then in the store, at one moment.
        await grains.GetGrain<IAssetTwinGrain>(asset).CheckpointAsync();
        return await twins.GetDigestAsync(asset, cancellationToken);
    }
}

/// <param name="Sha256">Of the one asset, or over all of them.</param>
internal sealed record DigestItem(string Sha256, IReadOnlyList<AssetDigestItem> Assets);

/// <param name="Horizon">Event time of the newest live sample: windows that end up to it and alerts before it are in the digest.</param>
/// <param name="Metrics">In the order in which samples of one instant are taken.</param>
/// <param name="Changes">Of its detectors while it ran, in their stored form, which is exact; a replay makes them again.</param>
internal sealed record AssetDigestItem(
    string AssetId,
    [property: JsonConverter(typeof(ExactInstantConverter))] DateTimeOffset Horizon,
    int Windows,
    int Alerts,
    string Sha256,
    IReadOnlyList<TwinMetric> Metrics,
    JsonElement? Changes = null)
{
    public static AssetDigestItem Of(StoredDigest found) => new(
        found.Digest.AssetId, found.Digest.Horizon, found.Digest.Windows, found.Digest.Alerts, found.Digest.Sha256, found.Metrics,
        JsonSerializer.SerializeToElement(found.Changes, StoredJson.Options));
}
