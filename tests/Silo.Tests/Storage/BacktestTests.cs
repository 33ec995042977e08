using System.Collections.Frozen;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Digests;
using Millwright.Core.History;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Storage;
using Millwright.Telemetry;
using Millwright.Testing.Time;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

/// <summary>A detector tried on history and alerts that a real store holds.</summary>
public sealed class BacktestTests : IDisposable
{
    private const string Asset = "acme:pump";
    private static readonly DetectorDefinition Limit = new()
    {
        Id = "limit",
        Kind = "threshold",
        AlertName = "Limit",
        Metrics = ["power"],
        Parameters = new Dictionary<string, double> { ["upper"] = 50 },
    };

    private readonly SqliteBench bench = new();
    private readonly TwinCatalogue catalogue = new(Model());

    public void Dispose() => bench.Dispose();

    /// <summary>From 100 s on it is too much; the candidate says so, and nothing of it has ended when the backtest does.</summary>
    [Theory]
    [InlineData(300, 0, 1, 0)]
    [InlineData(140, 1, 0, 0)]
    [InlineData(20, 0, 1, 1)]
    public async Task WhatIsOpenAtTheEnd_IsCommonWithWhatWasRaisedBeforeIt_AndNotAfter(int raisedAt, int common, int gained, int lost)
    {
        await FillAsync(200, second => second < 100 ? 10 : 90);
        Assert.True(await new SqliteAlertStore(bench.Database).AppendAsync(Raised(raisedAt), default));
        if (raisedAt < 100)
        {
            Assert.True(await new SqliteAlertStore(bench.Database).AppendAsync(Cleared(raisedAt), default));
        }

        BacktestReport report = (await RunAsync(150))!;

        Assert.Equal((common, gained, lost), (report.Common, report.Gained, report.Lost));
        Assert.Equal(150, report.Samples);
    }

    [Fact]
    public async Task WhoSaysTooMuch_IsGivenUp()
    {
        await FillAsync(Backtest.MaxTold + 10, second => second % 2 == 0 ? 10 : 90);

        ReplayLimitException limit = await Assert.ThrowsAsync<ReplayLimitException>(async () => await RunAsync(Backtest.MaxTold + 10));

        Assert.Equal("backtest.toomany", limit.Code);
    }

    private async Task<BacktestReport?> RunAsync(int to)
    {
        var twins = new StoredTwins(catalogue, Store(), new SqliteAlertStore(bench.Database));
        return await new Backtest(catalogue, twins, new SqlVerdictStore(bench.Database)).RunAsync(
            new BacktestRequest
            {
                AssetId = Asset,
                Metrics = [new TwinMetric("power", false)],
                Candidate = Limit with { Version = "2" },
                From = StoreFill.Start,
                To = At(to),
            },
            default);
    }

    private SqliteTwinStore Store() => SqliteBench.StoreOf(bench.Database, new ManualTimeProvider());

    private async Task FillAsync(int samples, Func<int, double> value)
    {
        var blocks = ImmutableArray.CreateBuilder<HistoryBlock>();
        ChainHead head = ChainHead.Start;
        foreach (int[] part in Enumerable.Range(0, samples).Chunk(1_000))
        {
            RawSample[] raw = [.. part.Select(s => new RawSample(At(s), value(s), SampleQuality.Good, false, null))];
            byte[] data = HistoryCodec.Encode(raw);
            var link = new ChainLink(head.Sequence + 1, "power", raw[0].EventTime.UtcTicks, raw[^1].EventTime.UtcTicks, raw.Length);
            head = new ChainHead(link.Sequence, HistoryChain.Next(head.Hash.Span, Asset, link, data));
            blocks.Add(new HistoryBlock
            {
                Metric = "power", First = raw[0].EventTime, Last = raw[^1].EventTime, Count = raw.Length, Data = data,
                Sequence = head.Sequence, Hash = head.Hash,
            });
        }

        var envelope = new TwinEnvelope
        {
            Metrics = [new TwinMetric("power", false)],
            Revision = 1,
            Positions = [],
            Outbox = [],
            Core = new TwinRun(catalogue, Asset, [], new TwinDigest(Asset)).Save(),
            Chain = head,
        };
        await Store().SaveAsync(
            new TwinCheckpoint
            {
                AssetId = Asset, ExpectedEpoch = 0, Snapshot = envelope.ToBytes(), Blocks = blocks.ToImmutable(), Windows = [],
            },
            default);
    }

    private static AlertEvent Cleared(int second) => Raised(second) with
    {
        Id = "a1-end", Kind = AlertKind.Cleared, EventTime = At(second + 10), Sequence = 2,
    };

    private static AlertEvent Raised(int second) => new()
    {
        Id = "a1",
        AlertId = "a1",
        Kind = AlertKind.Raised,
        AssetId = Asset,
        AlertName = "Limit",
        Subject = "power",
        EventTime = At(second),
        RecordedTime = At(second),
        Sequence = 1,
        Severity = 500,
        Audiences = Audiences.Maintenance,
        Category = AlertCategory.Machine,
        IncidentId = "i1",
        Summary = "",
        Recommendation = "",
        Explanation = new AlertExplanation
        {
            DetectorId = "limit",
            DetectorKind = "threshold",
            DetectorVersion = "1",
            Score = 1,
            Threshold = 1,
            WindowStart = At(second),
            WindowEnd = At(second),
            Completeness = 1,
            Contributions = [],
            Counterfactual = "",
            OperatingState = "unknown",
        },
    };

    private static DateTimeOffset At(int second) => StoreFill.Start.AddSeconds(second);

    private static PlantModel Model()
    {
        Assert.True(AssetId.TryParse(Asset, out AssetId id));
        var pump = new AssetDefinition
        {
            Id = id,
            Type = "pump",
            DisplayName = "Pump",
            Metrics = [new MetricDefinition { Name = "power", Unit = "kW" }],
            Detectors = [Limit],
        };
        return new PlantModel
        {
            Namespace = "acme",
            SiteName = "acme",
            Assets = new Dictionary<string, AssetDefinition>(StringComparer.Ordinal) { [Asset] = pump }
                .ToFrozenDictionary(StringComparer.Ordinal),
        };
    }
}
