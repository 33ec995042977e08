using System.Globalization;
using Millwright.Core.Detection;
using Millwright.Core.Digests;
using Millwright.Core.Twins;
using Millwright.Grains.Replay;
using Millwright.Grains.Tests.Core.Twins;
using Millwright.Grains.Tests.Core;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Telemetry;
using Millwright.Twins;
using Xunit.Abstractions;

namespace Millwright.Grains.Tests.Replay;

using Sample = (TwinMetric Metric, HistoryPoint Point);

/// <summary>
/// The law that a twin is a function of its samples: shuffled within the lateness, split into batches, doubled, and with the twin saved and
/// restored, its final windows and its alerts are the same bytes. For an asset that nobody configured, and for one with everything.
/// </summary>
public sealed class ShuffleTests(ITestOutputHelper log) : IDisposable
{
    private const string Default = "acme:unknown";
    private const string Rich = "acme:press";

    private static readonly string[] Names = ["a", "b", "c", "register", "speed", "mode", BaselineReset.Metric, BaselinePrior.Metric];
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(2);

    /// <summary>1,000 for the full proof.</summary>
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("MILLWRIGHT_SHUFFLE_ROUNDS") ?? "20", CultureInfo.InvariantCulture);

    private readonly string folder = Directory.CreateTempSubdirectory("millwright-shuffle-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Default)]
    [InlineData(Rich)]
    public void WindowsAndAlerts_AreTheSameBytes_HoweverSamplesCame(string asset)
    {
        TwinCatalogue catalogue = Catalogue();
        int alerts = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // Every tenth twin is restored after each sample, and its stream is shorter.
            bool isRestored = round % 10 == 3;
            int seconds = (isRestored ? 120 : 420) + (asset == Default ? 180 : 0);
            List<(int Metric, double Second, double Value, string? Text)> stream = RewindPlant.Stream(new Random(round / 8), seconds);
            Sample[] samples =
            [
                .. (round % 3 == 1 ? RewindPlant.Paused(stream, new Random(round)) : stream).Select(Of).Where(s => IsTaken(s, asset, round))
                    .Select(s => Broken(s, seconds - 45)),
            ];
            DigestResult expected = InOrder(catalogue, asset, samples);

            DigestResult actual = Shuffled(catalogue, asset, samples, round, isRestored);

            Assert.True(expected == actual, $"{asset}, round {round}: {actual} instead of {expected}");
            alerts += expected.Alerts;
        }

        log.WriteLine($"{asset}: {Rounds} rounds, {alerts} alerts, all the same");
        Assert.True(alerts > 0, "Nothing was compared but windows.");
    }

    [Theory]
    [InlineData(Default)]
    [InlineData(Rich)]
    public void WindowsAndAlerts_AreTheSameBytes_HoweverTheSourcesInterleave(string asset)
    {
        TwinCatalogue catalogue = Catalogue();
        int alerts = 0;
        for (int round = 0; round < Rounds; round++)
        {
            bool isRestored = round % 10 == 3;
            int seconds = (isRestored ? 120 : 420) + (asset == Default ? 180 : 0);
            Sample[] samples =
            [
                .. RewindPlant.Stream(new Random(round / 8), seconds).Select(Of).Where(s => IsTaken(s, asset, round))
                    .Select(s => Broken(s, seconds - 45)),
            ];
            DigestResult expected = InOrder(catalogue, asset, samples);

            DigestResult actual = Interleaved(catalogue, asset, samples, round, isRestored);

            Assert.True(expected == actual, $"{asset}, round {round}: {actual} instead of {expected}");
            alerts += expected.Alerts;
        }

        log.WriteLine($"{asset}: {Rounds} rounds, {alerts} alerts, all the same");
        Assert.True(alerts > 0, "Nothing was compared but windows.");
    }

    /// <summary>
    /// Two gateways, each in order, one of them behind the other by anything up to all of the stream, which is longer than the lateness:
    /// nothing is late. Both are known when it begins, and neither falls idle.
    /// </summary>
    private static DigestResult Interleaved(TwinCatalogue catalogue, string asset, Sample[] samples, int seed, bool isRestored)
    {
        var random = new Random(seed);
        double share = random.NextDouble();
        int slowness = 1 + random.Next(300);
        int batch = 1 + random.Next(40);
        var digest = new TwinDigest(asset);
        TwinMetric[] table = Table(samples);
        var run = new TwinRun(catalogue, asset, table, digest);
        DateTimeOffset arrival = samples[^1].Point.EventTime;
        Queue<Sample>[] gateways = [new(), new()];
        for (int i = 0; i < samples.Length; i++)
        {
            gateways[i < 2 ? i : random.NextDouble() < share ? 0 : 1].Enqueue(samples[i]);
        }

        int at = 0;
        for (int left = samples.Length; left > 0; left--)
        {
            // Runs of one gateway, and then of the other.
            at = left > samples.Length - 2 ? samples.Length - left : random.Next(slowness) == 0 ? 1 - at : at;
            at = gateways[at].Count > 0 ? at : 1 - at;
            Sample sample = gateways[at].Dequeue();
            SampleFate fate = run.Observe(sample.Metric, sample.Point, arrival, $"gateway-{at}");
            Assert.True(fate == SampleFate.Accepted, $"{asset}, round {seed}: {fate}");
            if (isRestored || random.Next(batch) == 0)
            {
                run.EndBatch();
            }

            if (isRestored || random.Next(300) == 0)
            {
                run.EndBatch();
                var restored = new TwinRun(catalogue, asset, table, digest);
                restored.Restore(run.Save());
                Assert.Equal(run.Save().Span, restored.Save().Span);
                run = restored;
            }
        }

        Assert.Equal(0, run.Unjudged);
        return run.Finish();
    }

    /// <summary>The default has to learn for minutes: in every second round nobody makes it forget.</summary>
    private static bool IsTaken(Sample sample, string asset, int round) =>
        asset != Default || round % 2 == 1 || sample.Metric.Name != BaselineReset.Metric;

    /// <summary>Towards the end something breaks, so that whoever had to learn first finds something too.</summary>
    private static Sample Broken(Sample sample, int from) =>
        sample.Metric.Name is "a" or "b" && sample.Point.EventTime >= Moments.At(from)
            ? (sample.Metric, sample.Point with { Value = sample.Point.Value + 400 })
            : sample;

    private static DigestResult InOrder(TwinCatalogue catalogue, string asset, Sample[] samples)
    {
        var run = new TwinRun(catalogue, asset, Table(samples), new TwinDigest(asset));
        foreach ((TwinMetric metric, HistoryPoint point) in samples)
        {
            run.Observe(metric, point);
        }

        return run.Finish();
    }

    private static DigestResult Shuffled(TwinCatalogue catalogue, string asset, Sample[] samples, int seed, bool isRestored)
    {
        var random = new Random(seed);
        double share = random.NextDouble();
        int batch = 1 + random.Next(40);
        (Sample Sample, DateTimeOffset Arrival)[] arrivals =
        [
            .. samples.Select(s => (s, s.Point.EventTime + (random.NextDouble() < share
                ? TimeSpan.FromTicks((long)(random.NextDouble() * (Lateness.Ticks - 1))) : TimeSpan.Zero))).OrderBy(s => s.Item2),
        ];
        var digest = new TwinDigest(asset);
        TwinMetric[] table = Table(samples);
        var run = new TwinRun(catalogue, asset, table, digest);
        for (int i = 0; i < arrivals.Length; i++)
        {
            Observe(i);
            if (random.Next(10) == 0)
            {
                Observe(random.Next(Math.Max(0, i - 500), i + 1));
            }

            if (isRestored || random.Next(batch) == 0)
            {
                run.EndBatch();
            }

            if (random.Next(100) == 0)
            {
                run.Advance(arrivals[i].Arrival.AddSeconds(random.Next(20)));
            }

            if (isRestored || random.Next(300) == 0)
            {
                run.EndBatch();
                var restored = new TwinRun(catalogue, asset, table, digest);
                restored.Restore(run.Save());
                Assert.Equal(run.Save().Span, restored.Save().Span);
                run = restored;
            }

            void Observe(int at) => run.Observe(arrivals[at].Sample.Metric, arrivals[at].Sample.Point, arrivals[i].Arrival);
        }

        Assert.Equal(0, run.Unjudged);
        return run.Finish();
    }

    private static TwinMetric[] Table(Sample[] samples) =>
        [.. samples.Select(s => s.Metric).Distinct().OrderBy(m => Array.IndexOf(Names, m.Name))];

    private static Sample Of((int Metric, double Second, double Value, string? Text) sample) => (
        new TwinMetric(Names[sample.Metric], sample.Text is not null),
        new HistoryPoint
        {
            EventTime = Moments.At(sample.Second),
            Value = sample.Value,
            Text = sample.Text,
            Quality = SampleQuality.Good,
        });

    private TwinCatalogue Catalogue(string plant = Plant)
    {
        File.WriteAllText(Path.Combine(folder, "plant.yaml"), plant);
        PlantLoadResult loaded = new PlantLoader(DetectorParameters.Validate).Load(folder);
        Assert.True(loaded.Model is not null, string.Join("\n", loaded.Faults));
        return new TwinCatalogue(loaded.Model);
    }

    private const string Plant =
        """
        site: { namespace: acme }
        types:
          press:
            metrics: { a: {}, b: {}, c: {}, register: {}, speed: {}, mode: { text: true } }
            states:
              service: { when: 'mode == "service"' }
              idle: { when: [speed <= 1, b < 50], idle: true }
              running: { when: speed >= 0, running: true }
            windows: [tumbling 10s, hopping 1m by 10s, session 20s, state, tumbling 20s by state, hopping 1m by 10s by state, count 20,
              count every 15, { kind: sliding, size: 30s, aggregates: [rms, p90, time-weighted-mean] }]
            meters:
              electricity: { metric: a, medium: electricity, unit: kWh }
              water: { metric: register, medium: water, unit: m3, counter: true, maxGap: 90s }
            detectors:
              limit: { kind: threshold, metrics: [a], alert: Limit, parameters: { upper: 60, hysteresis: 1, dwell: 2 } }
              usual: { kind: robust-z, metrics: [a, b], alert: Usual, states: [running], parameters: { min-samples: 30, window: 300 } }
              frozen: { kind: stuck, metrics: [b, c], alert: Frozen, parameters: { duration: 8, samples: 6, min-changes: 10 } }
              quiet: { kind: silence, metrics: [a, b, c], alert: Quiet, parameters: { timeout: 12 } }
              joint: { kind: mahalanobis, metrics: [a, b, c], alert: Joint, parameters: { warmup: 60, smoothing: 3, hold: 2 } }
              rare: { kind: novelty, metrics: [b], alert: Rare, parameters: { warmup: 24, rest: 10 } }
              levels: { kind: joint-level, metrics: [a, b, c], alert: Levels, parameters: { warmup: 100, memory: 50, hold: 2 } }
              all: { kind: combined, metrics: [a, b, c], alert: All, states: [running] }
              wear: { kind: health, metrics: [a, b, c], alert: Wear, parameters: { every: 1, warmup: 20, hold: 3, threshold: 0.1 } }
              said: { kind: expression, alert: Said, expression: "mean(a, 10 s) > 51 and b < 52" }
            time: { allowedLateness: 2m }
        assets:
          press: { type: press }
        """;
}
