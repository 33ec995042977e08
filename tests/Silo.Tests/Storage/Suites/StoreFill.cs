using System.Collections.Immutable;
using Millwright.Core.History;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>Fills a store as twins do: real blocks in a chain, its head in the envelope, minutes beside them.</summary>
internal sealed class StoreFill(ITwinStore store, Random random)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, ChainHead> heads = [];
    private readonly Dictionary<string, long> epochs = [];
    private readonly Dictionary<(string, string), int> seconds = [];

    /// <summary>On a store that unpacks blocks with the real codec.</summary>
    public static StoreFill Of(StoreStage stage, int seed) => new(stage.Twins(new HistoryDecoder()), new Random(seed));

    public ITwinStore Store => store;

    /// <summary>One checkpoint: a block of each metric, a second a sample, and the minutes that it touches.</summary>
    public async Task CheckpointAsync(string asset, int samples, params string[] metrics)
    {
        long epoch = epochs.GetValueOrDefault(asset);
        ChainHead head = heads.GetValueOrDefault(asset, ChainHead.Start);
        var blocks = ImmutableArray.CreateBuilder<HistoryBlock>();
        var windows = ImmutableArray.CreateBuilder<WindowResult>();
        foreach (string metric in metrics)
        {
            RawSample[] raw = Samples(asset, metric, samples);
            byte[] data = HistoryCodec.Encode(raw);
            var link = new ChainLink(head.Sequence + 1, metric, raw[0].EventTime.UtcTicks, raw[^1].EventTime.UtcTicks, samples);
            head = new ChainHead(link.Sequence, HistoryChain.Next(head.Hash.Span, asset, link, data));
            blocks.Add(new HistoryBlock
            {
                Metric = metric,
                First = raw[0].EventTime,
                Last = raw[^1].EventTime,
                Count = samples,
                Data = data,
                Sequence = head.Sequence,
                Hash = head.Hash,
            });
            windows.AddRange(raw.GroupBy(s => s.EventTime.UtcTicks / TimeSpan.TicksPerMinute).Select(m => Minute(asset, metric, m.Key, [.. m])));
        }

        // Before the wait: several may be under way, and all but the write happens on the caller's thread.
        heads[asset] = head;
        epochs[asset] = epoch + 1;
        await store.SaveAsync(
            new TwinCheckpoint
            {
                AssetId = asset, ExpectedEpoch = epoch, Snapshot = Envelope(epoch, head), Blocks = blocks.ToImmutable(),
                Windows = windows.ToImmutable(),
            },
            default);
    }

    public static WindowResult Minute(string asset, string metric, long minute, RawSample[] samples)
    {
        double mean = samples.Average(s => s.Value);
        return new WindowResult
        {
            AssetId = asset,
            Metric = metric,
            Kind = "tumbling",
            Start = new DateTimeOffset(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero),
            End = new DateTimeOffset((minute + 1) * TimeSpan.TicksPerMinute, TimeSpan.Zero),
            Revision = 1,
            IsClosed = true,
            Count = samples.Length,
            Sum = samples.Sum(s => s.Value),
            Minimum = samples.Min(s => s.Value),
            Maximum = samples.Max(s => s.Value),
            Mean = mean,
            StandardDeviation = Math.Sqrt(samples.Average(s => (s.Value - mean) * (s.Value - mean))),
            First = samples[0].Value,
            Last = samples[^1].Value,
            Completeness = samples.Length / 60.0,
            Size = TimeSpan.FromMinutes(1),
        };
    }

    private ReadOnlyMemory<byte> Envelope(long epoch, ChainHead head)
    {
        var core = new byte[200];
        random.NextBytes(core);
        return new TwinEnvelope
        {
            Metrics = [],
            Revision = epoch,
            Positions = new SortedDictionary<string, long> { ["log-1"] = epoch * 100 },
            Outbox = [],
            Core = core,
            Chain = head,
        }.ToBytes();
    }

    private RawSample[] Samples(string asset, string metric, int count)
    {
        int first = seconds.GetValueOrDefault((asset, metric));
        seconds[(asset, metric)] = first + count;
        return [.. Enumerable.Range(first, count).Select(i =>
            new RawSample(Start.AddSeconds(i), Math.Round(50 + (random.NextDouble() * 10), 3), SampleQuality.Good))];
    }
}
