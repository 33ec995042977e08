using System.Reactive.Concurrency;
using System.Reactive.Linq;
using Millwright.Core.Detection;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Detectors;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Plant.Loading;
using OwnDetector;
using Anomaly = Millwright.Detectors.Anomaly;

namespace Millwright.Grains.Tests.Reactive;

public sealed class ReactiveDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void OwnDetector_IsTestedInOneLine() => Assert.Equal("+13 -20", DetectorTrial.Story(new NoFlowAfterStart(), PumpRun(flowFrom: 20)));

    [Fact]
    public void OwnDetector_TakesItsParameters() =>
        Assert.Equal("+8 -20", DetectorTrial.Story(new NoFlowAfterStart(), PumpRun(flowFrom: 20), ("within", 5)));

    [Fact]
    public void OwnDetector_IsSilent_WhenFlowComesInTime() =>
        Assert.Equal("", DetectorTrial.Story(new NoFlowAfterStart(), PumpRun(flowFrom: 9)));

    [Fact]
    public void Renewal_AtTheBoundaryOfTheMemory_KeepsWhatIsOpen()
    {
        // Two hours of standing in the fault: over two boundaries it stays one anomaly as long as its begin is within the memory.
        string story = DetectorTrial.Story(new NoFlowAfterStart(), PumpRun(flowFrom: 7_200, seconds: 7_300, step: 10));

        Assert.Equal("+20 -7200", story);
    }

    [Fact]
    public void WhatLiesBeforeTheMemory_IsForgotten_LiveAsAfterARestart()
    {
        // Its composition would remember the greatest value for ever; the adapter does not let it, or a restart would change the verdict.
        double[] values = [100, .. Enumerable.Repeat(1.0, 60), 50];

        string story = DetectorTrial.Story(new Records(TimeSpan.FromSeconds(20)), Sample.Series("a", Start, TimeSpan.FromSeconds(1), values));

        Assert.Equal("+61", story);
    }

    [Fact]
    public void AnExceptionOfTheComposition_IsItsOwn_AndEndsWhatIsOpen()
    {
        using var adapter = Adapter(new Fragile());
        var run = new DetectorRun(adapter);

        run.Observe(0, 1).Observe(1, 2).Observe(2, -1).Observe(3, 5);

        Assert.Equal("+1 -2", run.Story());
        Assert.Equal("below zero", adapter.Fault);
        Assert.Equal(DecisionVerdict.Suspended, adapter.DecisionOf(0)!.Verdict);

        // Another chance at each boundary; it takes one when what broke it is forgotten.
        run.Observe(70, 1).Observe(130, 1).Observe(131, 3);
        Assert.Equal("+1 -2 +131", run.Story());
    }

    [Fact]
    public void SpeakingOnTheWallClock_IsAFault()
    {
        var clock = new HistoricalScheduler(Start);
        using var adapter = Adapter(new WallClock(clock));
        var run = new DetectorRun(adapter);
        run.Observe(0, 1);

        clock.AdvanceBy(TimeSpan.FromMinutes(1));
        run.Observe(1, 1);

        Assert.Empty(run.Findings);
        Assert.Contains("wall clock", adapter.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void SpeakingFromAnotherThread_IsAFault_EvenWhileItIsFed()
    {
        using var adapter = Adapter(new OwnThread());
        var run = new DetectorRun(adapter);

        run.Observe(0, 1).Observe(1, 1);

        Assert.Empty(run.Findings);
        Assert.Contains("wall clock", adapter.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_RefusesTheSamplesOfOtherMetrics()
    {
        using var adapter = Adapter(new Records(TimeSpan.FromMinutes(1)));
        new DetectorRun(adapter).Observe(0, 1).Observe(1, 2);
        byte[] state = DetectorRun.Bytes(adapter);

        foreach ((int, string)[] others in new (int, string)[][] { [(0, "b")], [(1, "a")], [(0, "a"), (1, "b")] })
        {
            using var other = Adapter(new Records(TimeSpan.FromMinutes(1)), others);
            Assert.Throws<StateFormatException>(() => DetectorRun.Restore(other, state));
        }

        // The first version did not say: its samples are taken for those of the metrics that are configured.
        byte[] first = [1, .. state[(1 + 4 + 4 + 4 + 1)..]];
        using var same = Adapter(new Records(TimeSpan.FromMinutes(1)));
        DetectorRun.Restore(same, first);
        Assert.Equal(state, DetectorRun.Bytes(same));
    }

    [Fact]
    public void Memory_IsBounded()
    {
        using var adapter = Adapter(new Records(TimeSpan.FromDays(1)));
        var run = new DetectorRun(adapter);

        for (int i = 0; i < 50_000; i++)
        {
            run.Observe(i, 1);
        }

        Assert.InRange(DetectorRun.Bytes(adapter).Length, 1, ReactiveAdapter.MaxSamples * 40);
    }

    [Fact]
    public void Library_RefusesClashesAndNames()
    {
        Assert.Throws<DetectorLibraryException>(() => new DetectorLibrary([new Records(TimeSpan.FromSeconds(1)), new Records(TimeSpan.FromSeconds(2))]));
        Assert.Throws<DetectorLibraryException>(() => new DetectorLibrary([new Records(TimeSpan.Zero)]));
        Assert.Throws<DetectorLibraryException>(() => DetectorLibrary.Load(Path.Combine(AppContext.BaseDirectory, "nowhere")));
    }

    [Fact]
    public void Library_FindsTheDetectorsOfAnAssembly_AndTwinsRunThem()
    {
        string folder = Directory.CreateTempSubdirectory("millwright-detectors-").FullName;
        try
        {
            File.Copy(typeof(NoFlowAfterStart).Assembly.Location, Path.Combine(folder, "OwnDetector.dll"));
            DetectorLibrary library = DetectorLibrary.Load(folder);
            PlantLoadResult loaded = new PlantLoader(library.Validate).Load([new PlantFile("plant.yaml", Yaml("within: 5"))]);
            Assert.Empty(loaded.Faults);
            Assert.Empty(TwinCatalogue.Faults(loaded.Model!, library));

            Assert.Equal("+8 -20", Story(new TwinCatalogue(loaded.Model!, library).For("acme:pump-1", []).Definition));

            PlantLoadResult wrong = new PlantLoader(library.Validate).Load([new PlantFile("plant.yaml", Yaml("within: 5000"))]);
            Assert.Contains("'within' is 5000", Assert.Single(wrong.Faults).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Story(TwinDefinition definition)
    {
        var engine = new TwinEngine(definition);
        var output = new TwinOutput();
        foreach (Sample sample in PumpRun(flowFrom: 20))
        {
            int metric = engine.MetricIndex(sample.Metric, isText: false);
            engine.Observe(new TwinSample(metric, sample.EventTime, sample.EventTime, sample.Value), output);
            engine.CatchUp(output);
        }

        return string.Join(' ', output.Anomalies.Select(a => $"{(a.IsRaised ? '+' : '-')}{(a.EventTime - Start).TotalSeconds}"));
    }

    private static IEnumerable<Sample> PumpRun(int flowFrom, int seconds = 30, int step = 1)
    {
        for (int second = 0; second <= seconds; second += step)
        {
            yield return new Sample("flow", Start.AddSeconds(second), second < flowFrom ? 0 : 12);
            yield return new Sample("power", Start.AddSeconds(second), second < 3 ? 0 : 5);
        }
    }

    private static ReactiveAdapter Adapter(IReactiveDetector detector, params (int, string)[] metrics) => new(
        new DetectorIdentity("own", detector.Kind, "1"), detector, metrics.Length > 0 ? metrics : [(0, "a")], new Dictionary<string, double>());

    private static string Yaml(string parameters) => $$"""
        site: { namespace: acme }
        assets:
          pump-1:
            metrics:
              flow: { unit: L/min }
              power: { unit: kW }
            detectors:
              starved: { kind: no-flow-after-start, parameters: { {{parameters}} } }
        """;

    /// <summary>A new greatest value; remembers for ever if it is let.</summary>
    private sealed class Records(TimeSpan memory) : IReactiveDetector
    {
        public string Kind => "records";

        public string Description => "A value above all before it.";

        public TimeSpan Memory => memory;

        public IObservable<Anomaly> Detect(
            IObservable<Sample> samples, IScheduler eventTime, IReadOnlyDictionary<string, double> parameters) => samples
            .Scan((Greatest: double.NaN, Found: (Anomaly?)null), (seen, s) => (
                double.IsNaN(seen.Greatest) ? s.Value : Math.Max(seen.Greatest, s.Value),
                s.Value > seen.Greatest ? Anomaly.Begin(s, seen.Greatest) : null))
            .Where(seen => seen.Found is not null)
            .Select(seen => seen.Found!);
    }

    private sealed class Fragile : IReactiveDetector
    {
        public string Kind => "fragile";

        public string Description => "Throws below zero, finds above one.";

        public TimeSpan Memory => TimeSpan.FromMinutes(1);

        public IObservable<Anomaly> Detect(
            IObservable<Sample> samples, IScheduler eventTime, IReadOnlyDictionary<string, double> parameters) => samples
            .Select(s => s.Value < 0 ? throw new InvalidOperationException("below zero") : s)
            .Where(s => s.Value > 1)
            .Select(s => Anomaly.Begin(s, 1));
    }

    /// <summary>Speaks on a thread of its own, which by chance is always done before the next sample.</summary>
    private sealed class OwnThread : IReactiveDetector
    {
        public string Kind => "own-thread";

        public string Description => "Finds everything, from another thread.";

        public TimeSpan Memory => TimeSpan.FromMinutes(1);

        public IObservable<Anomaly> Detect(
            IObservable<Sample> samples, IScheduler eventTime, IReadOnlyDictionary<string, double> parameters) =>
            Observable.Create<Anomaly>(observer => samples.Subscribe(sample =>
            {
                Thread other = new(() => observer.OnNext(Anomaly.Begin(sample, 0)));
                other.Start();
                other.Join();
            }));
    }

    private sealed class WallClock(IScheduler clock) : IReactiveDetector
    {
        public string Kind => "wall-clock";

        public string Description => "Delays its findings by a clock that is not event time.";

        public TimeSpan Memory => TimeSpan.FromMinutes(1);

        public IObservable<Anomaly> Detect(
            IObservable<Sample> samples, IScheduler eventTime, IReadOnlyDictionary<string, double> parameters) =>
            samples.Select(s => Anomaly.Begin(s, 0)).Delay(TimeSpan.FromSeconds(1), clock);
    }
}
