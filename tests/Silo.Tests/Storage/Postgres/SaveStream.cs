using Millwright.Core.History;
using Millwright.Grains.Twins;
using Millwright.Telemetry;
using Millwright.Twins;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>
/// Checkpoints of one twin, each built on the one that is stored: a block, the minute it lies in, the chain's head in the envelope.
/// </summary>
internal sealed class SaveStream(string asset, int value)
{
    private int made;

    public TwinCheckpoint After(StoredCheckpoint? stored)
    {
        ChainHead head = stored is null ? ChainHead.Start : TwinEnvelope.FromBytes(stored.Snapshot.ToArray()).Chain;
        long epoch = stored?.Epoch ?? 0;
        RawSample[] raw = [new(StoreFill.Start.AddSeconds(epoch), value + made++, SampleQuality.Good)];
        byte[] data = HistoryCodec.Encode(raw);
        var link = new ChainLink(head.Sequence + 1, "m", raw[0].EventTime.UtcTicks, raw[0].EventTime.UtcTicks, 1);
        head = new ChainHead(link.Sequence, HistoryChain.Next(head.Hash.Span, asset, link, data));
        var block = new HistoryBlock
        {
            Metric = "m", First = raw[0].EventTime, Last = raw[0].EventTime, Count = 1, Data = data, Sequence = head.Sequence, Hash = head.Hash,
        };
        WindowResult minute = StoreFill.Minute(asset, "m", raw[0].EventTime.UtcTicks / TimeSpan.TicksPerMinute, raw);
        return new TwinCheckpoint
        {
            AssetId = asset,
            ExpectedEpoch = epoch,
            Snapshot = new TwinEnvelope
            {
                Metrics = [], Revision = epoch, Positions = new SortedDictionary<string, long> { ["log-1"] = epoch + 1 }, Outbox = [],
                Core = BitConverter.GetBytes(raw[0].Value), Chain = head,
            }.ToBytes(),
            Blocks = [block],
            Windows = [minute with { Revision = (int)epoch + 1 }],
        };
    }
}
