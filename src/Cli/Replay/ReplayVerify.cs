using System.IO.Enumeration;
using System.Text.Json;
using Millwright.Cli.Output;
using Millwright.Core.Digests;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;

namespace Millwright.Cli.Replay;

/// <summary><c>millwright replay --verify</c>: does history, run through the same code, say what the live run said?</summary>
internal sealed class ReplayVerify(ToolContext context)
{
    // A running silo goes on between the reading of its digest and of its history; the second look then finds them equal.
    private const int Looks = 3;

    public async Task<int> RunAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        if ((request.Url is null) == (request.DataDirectory is null))
        {
            context.Error.WriteLine("Name either --url or --data-dir.");
            return ExitCode.Usage;
        }

        if (SiloModel.Read(request.PlantDirectory, request.DetectorDirectory, context.Error) is not { } catalogue)
        {
            return ExitCode.Usage;
        }

        try
        {
            await using IVerifySource source = Open(request, catalogue);
            return await VerifyAsync(source, catalogue, request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or StoreException or TwinStoreException or JsonException or UriFormatException)
        {
            context.Error.WriteLine($"The history cannot be read: {e.Message}");
            return ExitCode.SourceUnavailable;
        }
    }

    private IVerifySource Open(VerifyRequest request, TwinCatalogue catalogue) => request.Url is { } url
        ? new HttpVerifySource(new Uri(url.TrimEnd('/') + "/"))
        : StoreVerifySource.Open(request.DataDirectory!, catalogue, context.Time);

    private async Task<int> VerifyAsync(
        IVerifySource source, TwinCatalogue catalogue, VerifyRequest request, CancellationToken cancellationToken)
    {
        List<DigestResult> live = [];
        List<DigestResult> replayed = [];
        foreach (string asset in await source.GetAssetIdsAsync(cancellationToken))
        {
            if (request.Assets.Count > 0 && !request.Assets.Any(a => FileSystemName.MatchesSimpleExpression(a, asset, ignoreCase: false)))
            {
                continue;
            }

            for (int look = 1; look <= Looks; look++)
            {
                if (await source.GetDigestAsync(asset, cancellationToken) is not { } stored)
                {
                    break;
                }

                DigestResult again = await HistoryReplay.RunAsync(
                    catalogue.For(asset, stored.Metrics, stored.Changes), stored.Metrics, metric =>
                        source.GetHistoryAsync(asset, metric, cancellationToken),
                    cancellationToken);
                if (again.Sha256 == stored.Digest.Sha256 || look == Looks || request.Url is null)
                {
                    live.Add(stored.Digest);
                    replayed.Add(again);
                    break;
                }
            }
        }

        return Report(live, replayed, request.IsJson);
    }

    private int Report(List<DigestResult> live, List<DigestResult> replayed, bool isJson)
    {
        string liveSha = TwinDigest.OfFleet(live);
        string sha = TwinDigest.OfFleet(replayed);
        var differing = live.Zip(replayed).Where(p => p.First.Sha256 != p.Second.Sha256)
            .Select(p => new { p.First.AssetId, Live = p.First, Replay = p.Second }).ToList();
        if (isJson)
        {
            context.Output.WriteLine(JsonLine.Of(new
            {
                sha256 = sha,
                live = liveSha,
                equal = sha == liveSha,
                assets = live.Count,
                windows = replayed.Sum(r => (long)r.Windows),
                alerts = replayed.Sum(r => (long)r.Alerts),
                mismatches = differing,
            }));
        }
        else
        {
            context.Output.WriteLine(sha);
            foreach (var one in differing)
            {
                context.Output.WriteLine(
                    $"{one.AssetId}: live {Describe(one.Live)}, replay {Describe(one.Replay)}");
            }

            context.Output.WriteLine(sha == liveSha
                ? $"equal to the live digest: {live.Count} assets, {replayed.Sum(r => r.Windows)} windows, "
                    + $"{replayed.Sum(r => r.Alerts)} alerts"
                : $"NOT equal to the live digest {liveSha}: {differing.Count} of {live.Count} assets differ");
        }

        return sha == liveSha ? ExitCode.Success : ExitCode.Mismatch;
    }

    private static string Describe(DigestResult digest) =>
        FormattableString.Invariant($"{digest.Sha256[..16]}… ({digest.Windows} windows, {digest.Alerts} alerts to {digest.Horizon:O})");
}
