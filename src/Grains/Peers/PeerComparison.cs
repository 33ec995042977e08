using System.Collections.Immutable;
using Millwright.Core.Peers;
using Millwright.Grains.Twins;
using Millwright.Plant;

namespace Millwright.Grains.Peers;

/// <summary>
/// Lays an asset beside its peers, in the same operating state and under the same load, and makes priors of them. Intuition: what is
/// unusual for this pump may be the weather; what is unusual among its sisters, in the same weather, is the pump.
/// </summary>
public sealed class PeerComparison(PlantModel plant, TwinCatalogue catalogue, PeerReader reader)
{
    /// <summary>Metrics of one answer: the first ones of the table.</summary>
    public const int MaxMetrics = PriorFigures.MaxMetrics;

    /// <summary>Fewest samples with which an asset has a level.</summary>
    public const int LeastSamples = 30;

    public PeerGroup GroupOf(string assetId) => PeerGroup.Of(plant, assetId);

    /// <param name="metric">Null for the first <see cref="MaxMetrics"/> numeric ones.</param>
    /// <param name="load">Null for the one that the plant model names.</param>
    public async ValueTask<PeerReport> CompareAsync(
        string assetId, string? metric, string? load, PeerRange range, CancellationToken cancellationToken)
    {
        PeerGroup group = GroupOf(assetId);
        AssetDefinition asset = catalogue.Asset(assetId, []);
        ImmutableArray<string> metrics = metric is null ? Numeric(asset) : [metric];
        string by = load ?? asset.Load;
        int share = PeerReader.Share(group.Members.Length + 1);
        var question = new PeerQuestion
        {
            Metrics = metrics,
            Load = by,
            Bands = by.Length == 0 ? [] : await reader.BandsAsync(assetId, by, range, share, cancellationToken),
        };
        PeerFindings? own = await reader.SurveyAsync(assetId, question, range, share, cancellationToken);
        List<PeerFindings> peers = await SurveyAsync(group.Members, question, range, cancellationToken);
        PeerEntry[] entries = [.. (own?.Levels ?? []).Select(l => Entry(l, asset, group, peers))];
        return new PeerReport
        {
            AssetId = assetId,
            Group = group,
            Range = range,
            Load = by,
            Bands = question.Bands,
            Heard = peers.Count(p => p.Samples > 0),
            Samples = (own?.Samples ?? 0) + peers.Sum(p => p.Samples),
            Entries = [.. entries],
            Reason = ReasonOf(group, own, peers),
        };
    }

    /// <summary>What the peers are like, as priors of an asset that has not learned yet.</summary>
    /// <param name="members">Ids of the peers.</param>
    public async ValueTask<(ImmutableArray<PriorFigures> Priors, ImmutableArray<string> Used)> PriorsAsync(
        string assetId, ImmutableArray<string> members, PeerRange range, CancellationToken cancellationToken)
    {
        AssetDefinition asset = catalogue.Asset(assetId, []);
        var question = new PeerQuestion { Metrics = Numeric(asset), HasCorrelations = true };
        List<PeerFindings> peers = [];
        foreach (PeerFindings found in await SurveyAsync(members, question, range, cancellationToken))
        {
            ImmutableArray<PeerLevel> fit =
                [.. found.Levels.Where(l => l.Samples >= LeastSamples && IsSameUnit(found.AssetId, l.Metric, asset))];
            if (!fit.IsEmpty)
            {
                peers.Add(found with { Levels = fit });
            }
        }

        ImmutableArray<PriorFigures> priors = PriorMaker.Make(peers, question.Metrics, metric => UnitOf(asset, metric));
        return (priors, [.. peers.Select(p => p.AssetId)]);
    }

    private async ValueTask<List<PeerFindings>> SurveyAsync(
        ImmutableArray<string> members, PeerQuestion question, PeerRange range, CancellationToken cancellationToken)
    {
        List<PeerFindings> found = [];
        foreach (string member in members)
        {
            int share = PeerReader.Share(members.Length + 1);
            if (await reader.SurveyAsync(member, question, range, share, cancellationToken) is { } findings)
            {
                found.Add(findings);
            }

            // An API answers on the threads that samples need too.
            await Task.Yield();
        }

        return found;
    }

    private PeerEntry Entry(PeerLevel own, AssetDefinition asset, PeerGroup group, List<PeerFindings> peers)
    {
        PeerLevel[] all = [.. peers.SelectMany(p => p.Levels
            .Where(l => l.Metric == own.Metric && l.State == own.State && l.Band == own.Band)
            .Where(_ => IsSameUnit(p.AssetId, own.Metric, asset)))];
        PeerLevel[] enough = [.. all.Where(l => l.Samples >= LeastSamples)];
        PooledLevel? pooled = enough.Length > 0 ? PeerPool.Of(enough) : null;
        string reason = group.Type.Length == 0 ? "peers.untyped"
            : group.Members.IsEmpty ? "peers.none"
            : own.Samples < LeastSamples ? "peers.asset-samples"
            : pooled is not null ? ""
            : all.Length > 0 ? "peers.samples"
            : group.Members.Any(m => plant.Assets[m].Metrics.Any(d => d.Name == own.Metric))
                && !group.Members.Any(m => IsSameUnit(m, own.Metric, asset)) ? "peers.unit" : "peers.silent";
        bool isCompared = reason.Length == 0;
        double? difference = isCompared ? own.Level - pooled!.Value.Centre : null;
        return new PeerEntry(
            own.Metric, UnitOf(asset, own.Metric), own.State, own.Band, own, pooled, difference / pooled?.Scale, difference, reason);
    }

    private static string ReasonOf(PeerGroup group, PeerFindings? own, List<PeerFindings> peers) =>
        group.Type.Length == 0 ? "peers.untyped"
        : group.Members.IsEmpty ? "peers.none"
        : own is null || own.Levels.IsEmpty ? "peers.asset-samples"
        : peers.All(p => p.Samples == 0) ? "peers.silent" : "";

    private bool IsSameUnit(string peer, string metric, AssetDefinition asset) =>
        plant.Assets.TryGetValue(peer, out AssetDefinition? other)
        && other.Metrics.FirstOrDefault(m => m.Name == metric) is { IsText: false } its && its.Unit == UnitOf(asset, metric);

    private static string UnitOf(AssetDefinition asset, string metric) =>
        asset.Metrics.FirstOrDefault(m => m.Name == metric)?.Unit ?? "";

    private static ImmutableArray<string> Numeric(AssetDefinition asset) =>
        [.. asset.Metrics.Where(m => !m.IsText).Select(m => m.Name).Take(MaxMetrics)];
}
