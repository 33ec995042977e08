using System.Collections.Immutable;
using Millwright.Core.Alerting;
using Millwright.Core.History;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>What the core knows, in the words of the contracts and of the store.</summary>
internal static class TwinView
{
    public static TwinState State(TwinBlueprint blueprint, TwinEngine engine, AlertBook alerts, long revision) => new()
    {
        AssetId = blueprint.AssetId,
        Revision = revision,
        Modified = engine.Modified,
        IsModelled = blueprint.IsModelled,
        Metrics = LastValues(engine),
        Watermark = engine.Watermark,
        OperatingState = engine.OperatingState,
        RunningTime = engine.RunningTime,
        Starts = engine.Starts,
        Fates = Fates(engine),
        ActiveAlerts = alerts.ActiveAlerts,
        IsIdle = engine.IsIdle,
        Sources = Sources(engine),
    };

    public static SampleFates Fates(TwinEngine engine) => new()
    {
        Accepted = engine.Fates.Accepted,
        Amended = engine.Fates.Amended,
        Duplicate = engine.Fates.Duplicate,
        Dropped = engine.Fates.Dropped,
        Rejected = engine.Fates.Rejected,
    };

    public static ImmutableArray<SourceState> Sources(TwinEngine engine)
    {
        List<SourceStanding> standings = [];
        engine.CollectSources(standings);
        return [.. standings.Where(s => s.Name.Length > 0).Select(s => new SourceState
        {
            Name = s.Name, Newest = s.Newest, Lag = s.Lag, IsIdle = s.IsIdle, IsWaitedFor = s.IsWaitedFor,
        })];
    }

    public static IReadOnlyList<TwinMetric> Metrics(TwinEngine engine) =>
        [.. Enumerable.Range(0, engine.MetricCount).Select(i => engine.Metric(i)).Select(m => new TwinMetric(m.Name, m.IsText))];

    /// <param name="sealed">Blocks that no checkpoint has written yet.</param>
    public static ImmutableArray<HistoryPoint> RecentHistory(TwinEngine engine, IReadOnlyList<SealedBlock> @sealed, string metric)
    {
        int index = engine.FindMetric(metric);
        if (index < 0)
        {
            return [];
        }

        List<RawSample> samples = [];
        foreach (SealedBlock block in @sealed)
        {
            if (block.Metric == index)
            {
                samples.AddRange(HistoryCodec.Decode(block.Data.Span));
            }
        }

        engine.CollectRecentHistory(index, samples);
        return [.. samples.OrderBy(s => s.EventTime).Select(Point)];
    }

    public static HistoryPoint Point(RawSample sample) => new()
    {
        EventTime = sample.EventTime,
        Value = sample.Value,
        Quality = sample.Quality,
        Text = sample.Text,
        Historical = sample.Historical,
    };

    public static ImmutableArray<WindowResult> RecentWindows(string assetId, TwinEngine engine, IReadOnlyList<ClosedWindow> closed)
    {
        List<ClosedWindow> open = [];
        engine.CollectOpenWindows(open);
        return [.. Windows(assetId, engine, closed), .. Windows(assetId, engine, open)];
    }

    public static ImmutableArray<WindowResult> Windows(string assetId, TwinEngine engine, IReadOnlyList<ClosedWindow> windows) =>
        windows.Count == 0
        ? []
        : [.. windows.Select(w => Window(assetId, engine.Metric(w.Metric).Name, w))];

    /// <summary>Links blocks to the asset's chain; <paramref name="head"/> is then the last of them.</summary>
    public static ImmutableArray<HistoryBlock> Blocks(
        string assetId, TwinEngine engine, IReadOnlyList<SealedBlock> blocks, ref ChainHead head)
    {
        ImmutableArray<HistoryBlock>.Builder linked = ImmutableArray.CreateBuilder<HistoryBlock>(blocks.Count);
        foreach (SealedBlock block in blocks)
        {
            string metric = engine.Metric(block.Metric).Name;
            var link = new ChainLink(head.Sequence + 1, metric, block.First.UtcTicks, block.Last.UtcTicks, block.Count);
            head = new ChainHead(link.Sequence, HistoryChain.Next(head.Hash.Span, assetId, link, block.Data.Span));
            linked.Add(new HistoryBlock
            {
                Metric = metric,
                First = block.First,
                Last = block.Last,
                Count = block.Count,
                Data = block.Data,
                Sequence = head.Sequence,
                Hash = head.Hash,
            });
        }

        return linked.MoveToImmutable();
    }

    private static ImmutableArray<MetricState> LastValues(TwinEngine engine)
    {
        ImmutableArray<MetricState>.Builder states = ImmutableArray.CreateBuilder<MetricState>(engine.MetricCount);
        for (int i = 0; i < engine.MetricCount; i++)
        {
            MetricReading metric = engine.Metric(i);
            if (metric.HasValue)
            {
                states.Add(new MetricState
                {
                    Name = metric.Name,
                    Unit = metric.Unit,
                    Value = metric.Value,
                    Text = metric.Text,
                    EventTime = metric.EventTime,
                    Quality = metric.Quality,
                    Revision = metric.Revision,
                });
            }
        }

        return states.ToImmutable();
    }

    private static WindowResult Window(string assetId, string metric, ClosedWindow window) => new()
    {
        AssetId = assetId,
        Metric = metric,
        Kind = window.Kind.Text(),
        Start = window.Start,
        End = window.End,
        Revision = window.Revision,
        IsClosed = window.IsClosed,
        Count = window.Aggregate.Count,
        Sum = window.Aggregate.Sum,
        Minimum = window.Aggregate.Minimum,
        Maximum = window.Aggregate.Maximum,
        Mean = window.Aggregate.Mean,
        StandardDeviation = window.Aggregate.StandardDeviation,
        First = window.Aggregate.First,
        Last = window.Aggregate.Last,
        Completeness = window.Completeness,
        Size = window.Size,
        Detail = window.Detail is { } detail ? Detail(detail) : null,
    };

    private static WindowResultDetail Detail(WindowDetail detail) => new()
    {
        State = detail.State,
        Samples = detail.Samples,
        Figures = Figures(detail.Figures),
        States = [.. detail.States.Select(Share)],
    };

    private static WindowStateShare Share(StateShare share) => new()
    {
        State = share.State,
        Time = share.Time,
        Count = share.Aggregate.Count,
        Sum = share.Aggregate.Sum,
        Minimum = share.Aggregate.Minimum,
        Maximum = share.Aggregate.Maximum,
        Mean = share.Aggregate.Mean,
        StandardDeviation = share.Aggregate.StandardDeviation,
        Figures = Figures(share.Figures),
    };

    private static ImmutableArray<WindowFigure> Figures(ImmutableArray<NamedFigure> figures) =>
        [.. figures.Select(f => new WindowFigure { Name = f.Name, Value = f.Value })];
}
