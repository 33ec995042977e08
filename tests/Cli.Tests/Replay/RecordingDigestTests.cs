using System.Globalization;
using Millwright.Core.Detection;
using Millwright.Core.Digests;
using Millwright.Core.History;
using Millwright.Core.Twins;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Recordings;
using Millwright.Recordings.Sets;
using Millwright.Testing.Recordings;
using Millwright.Twins;
using Xunit.Abstractions;

namespace Millwright.Cli.Tests.Replay;

/// <summary>
/// Live equals replay, on recordings of real machines: in whatever order within the allowed lateness samples come, in whatever batches,
/// twice or over restarts, the digest is that of the run in order.
/// </summary>
public sealed class RecordingDigestTests(ITestOutputHelper log)
{
    private const int MaxAssets = 8;
    private const int MaxRecords = 4_000;

    /// <summary>Rounds over all recordings; 200 for the full proof, with more of each recording when it is that many.</summary>
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("MILLWRIGHT_DIGEST_ROUNDS") ?? "14", CultureInfo.InvariantCulture);

    private static readonly int Records = Rounds >= 200 ? 2_000 : 250;

    /// <summary>Its detector learns for five minutes; after that this asset has alerts.</summary>
    private const string Skab = "skab";

    public static TheoryData<string> Sets => [.. RecordingSets.All.Select(s => s.Name)];

    [RecordingTheory]
    [MemberData(nameof(Sets))]
    public async Task Digest_IsThatOfTheRunInOrder_HoweverTheSamplesCame(string name)
    {
        RecordingSet set = RecordingSets.Find(name)!;
        PlantModel plant =
            new PlantLoader(DetectorParameters.Validate).Load(Path.Combine(Repository.Samples, set.Folder, "plant")).Model!;
        var catalogue = new TwinCatalogue(plant);
        IGrouping<string, RecordedRecord>[] assets =
            [.. Open(set).Records().Take(Records * 4).GroupBy(r => r.AssetId).Take(2)];
        Assert.NotEmpty(assets);
        foreach (IGrouping<string, RecordedRecord> asset in assets)
        {
            (TwinMetric Metric, HistoryPoint Point)[] samples = [.. asset.Take(set.Name == Skab ? Records * 3 : Records).SelectMany(RecordedSamples.Of)];
            TwinMetric[] metrics = [.. samples.Select(s => s.Metric).Distinct()];
            DigestResult expected = await InOrderAsync(catalogue, asset.Key, metrics, samples);
            Assert.True(set.Name != Skab || expected.Alerts > 0, "Nothing was compared but windows.");
            log.WriteLine($"{asset.Key}: {samples.Length} samples, {expected.Windows} windows, {expected.Alerts} alerts, {expected.Sha256}");
            TimeSpan lateness = plant.Assets.TryGetValue(asset.Key, out AssetDefinition? known)
                ? known.Time.AllowedLateness : new TimeRule().AllowedLateness;
            for (int seed = 1; seed <= Math.Max(1, Rounds / RecordingSets.All.Count); seed++)
            {
                DigestResult actual = Shuffled(catalogue, asset.Key, metrics, samples, lateness, seed);
                Assert.True(expected == actual, $"{asset.Key}, seed {seed}: {actual} instead of {expected}");
            }
        }
    }

    [RecordingFact]
    public void History_TakesAtMostFourBytesASample_OfEachRecording()
    {
        long bytes = 0;
        long count = 0;
        foreach (RecordingSet set in RecordingSets.All)
        {
            (long setBytes, long setCount) = (0, 0);
            foreach (IGrouping<TwinMetric, (string Asset, TwinMetric Metric, HistoryPoint Point)> metric in RecordingReader
                .Open(set, Repository.Data).Records().Where(FirstAssets()).Take(MaxRecords)
                .SelectMany(r => RecordedSamples.Of(r).Select(s => (r.AssetId, s.Metric, s.Point)))
                .GroupBy(s => s.Metric with { Name = $"{s.AssetId} {s.Metric.Name}" }))
            {
                foreach ((string, TwinMetric, HistoryPoint Point)[] part in metric.Chunk(256))
                {
                    RawSample[] samples =
                        [.. part.Select(p => new RawSample(p.Point.EventTime, p.Point.Value, p.Point.Quality, false, p.Point.Text))];
                    byte[] block = HistoryCodec.Encode(samples);
                    Assert.Equal(samples, HistoryCodec.Decode(block));
                    setBytes += block.Length;
                    setCount += samples.Length;
                }
            }

            log.WriteLine(FormattableString.Invariant($"{set.Name}: {setCount} samples, {(double)setBytes / setCount:0.00} bytes each"));
            Assert.InRange((double)setBytes / setCount, 0, 4.0);
            (bytes, count) = (bytes + setBytes, count + setCount);
        }

        log.WriteLine(FormattableString.Invariant($"all: {count} samples, {(double)bytes / count:0.00} bytes each"));
    }

    /// <summary>A few assets from their beginning on, as a twin keeps them, and not a little of each of hundreds.</summary>
    private static Func<RecordedRecord, bool> FirstAssets()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return record => known.Contains(record.AssetId) || (known.Count < MaxAssets && known.Add(record.AssetId));
    }

    private static RecordingReader Open(RecordingSet set) => RecordingReader.Open(
        set, Repository.Data, new RecordingOptions { Assets = set.Name == Skab ? ["valve1-0"] : [] });

    private static async Task<DigestResult> InOrderAsync(
        TwinCatalogue catalogue, string asset, TwinMetric[] metrics, (TwinMetric Metric, HistoryPoint Point)[] samples) =>
        await HistoryReplay.RunAsync(
            catalogue,
            asset,
            metrics,
            name => samples.Where(s => s.Metric.Name == name).Select(s => s.Point).OrderBy(p => p.EventTime).ToAsyncEnumerable(),
            CancellationToken.None);

    private static DigestResult Shuffled(
        TwinCatalogue catalogue, string asset, TwinMetric[] metrics, (TwinMetric Metric, HistoryPoint Point)[] samples, TimeSpan lateness,
        int seed)
    {
        var random = new Random(seed);
        double share = random.NextDouble();
        (TwinMetric Metric, HistoryPoint Point, DateTimeOffset Arrival)[] arrivals =
        [
            .. samples.Select(s => (s.Metric, s.Point, Arrival: s.Point.EventTime + (random.NextDouble() < share
                ? TimeSpan.FromTicks((long)(random.NextDouble() * (lateness.Ticks - 1))) : TimeSpan.Zero))).OrderBy(s => s.Arrival),
        ];
        var digest = new TwinDigest(asset);
        var run = new TwinRun(catalogue, asset, metrics, digest);
        int batch = 1 + random.Next(60);
        for (int i = 0; i < arrivals.Length; i++)
        {
            run.Observe(arrivals[i].Metric, arrivals[i].Point, arrivals[i].Arrival);
            if (random.Next(20) == 0)
            {
                (TwinMetric metric, HistoryPoint point, _) = arrivals[random.Next(Math.Max(0, i - 2_000), i + 1)];
                run.Observe(metric, point, arrivals[i].Arrival);
            }

            if (random.Next(batch) == 0)
            {
                run.EndBatch();
            }

            if (random.Next(200) == 0)
            {
                run.Advance(arrivals[i].Arrival.AddSeconds(random.Next(30)));
            }

            if (random.Next(400) == 0)
            {
                run.EndBatch();
                var restarted = new TwinRun(catalogue, asset, metrics, digest);
                restarted.Restore(run.Save());
                run = restarted;
            }
        }

        Assert.Equal(0, run.Unjudged);
        return run.Finish();
    }
}
