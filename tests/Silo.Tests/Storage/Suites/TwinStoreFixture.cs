using System.Text;
using Millwright.Core.History;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>A store of twins, and short words for what is written to it.</summary>
public abstract class TwinStoreFixture : StoreSuite
{
    protected static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, ChainHead> heads = [];

    protected ITwinStore Store => Stage.Twins(new PlainDecoder());

    protected ValueTask SaveAsync(string asset, long epoch, string snapshot, params HistoryBlock[] blocks) =>
        Store.SaveAsync(
            new TwinCheckpoint
            {
                AssetId = asset, ExpectedEpoch = epoch, Snapshot = Encoding.UTF8.GetBytes(snapshot), Blocks = [.. blocks.Select(b => Link(asset, b))],
            },
            default);

    protected HistoryBlock Link(string asset, HistoryBlock block)
    {
        ChainHead head = heads.GetValueOrDefault(asset, ChainHead.Start);
        var link = new ChainLink(head.Sequence + 1, block.Metric, block.First.UtcTicks, block.Last.UtcTicks, block.Count);
        heads[asset] = head = new ChainHead(link.Sequence, HistoryChain.Next(head.Hash.Span, asset, link, block.Data.Span));
        return block with { Sequence = head.Sequence, Hash = head.Hash };
    }

    /// <summary>A block with one sample per given second, whose value is the second.</summary>
    protected static HistoryBlock Block(string metric, params double[] seconds) => new()
    {
        Metric = metric,
        First = Start.AddSeconds(seconds[0]),
        Last = Start.AddSeconds(seconds[^1]),
        Count = seconds.Length,
        Data = PlainDecoder.Encode(seconds),
        Sequence = 0,
        Hash = default,
    };

    protected static WindowResult Window(string metric, int second, int revision, double sum) => new()
    {
        AssetId = "a:b",
        Metric = metric,
        Kind = "tumbling",
        Start = Start.AddSeconds(second),
        End = Start.AddSeconds(second + 60),
        Revision = revision,
        IsClosed = true,
        Count = 3,
        Sum = sum,
        Minimum = 1,
        Maximum = 2,
        Mean = 1.5,
        StandardDeviation = 0.5,
        First = 1,
        Last = 2,
        Completeness = 0.75,
        Size = TimeSpan.FromSeconds(60),
    };
}
