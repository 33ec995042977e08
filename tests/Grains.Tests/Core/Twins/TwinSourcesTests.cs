using Millwright.Core.Detection;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>Several gateways for one asset: the slower one loses nothing, and holds nothing up once it is silent.</summary>
public sealed class TwinSourcesTests
{
    private const int Fast = 0;
    private const int Slow = 1;

    private readonly TwinOutput output = new();
    private readonly List<ClosedWindow> windows = [];
    private readonly List<Anomaly> judged = [];

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 871)]
    public void SourceThatFallsTenMinutesBehind_LosesNothing_WhenItHasAClockOfItsOwn(bool isNamed, int dropped)
    {
        TwinEngine engine = Engine();

        Run(engine, isNamed, seconds: 1_800);

        Assert.Equal(dropped, engine.Fates.Dropped);
        if (isNamed)
        {
            Assert.Equal(0, engine.Fates.Amended + engine.Unjudged + engine.Rewinds);
            Assert.All(windows, w => Assert.Equal(1, w.Revision));
            Assert.Equal(2 * 20, windows.Count);
            Assert.Equal(judged.OrderBy(a => a.EventTime).ThenBy(a => a.Metric), judged);
            Assert.Equal(2 * 1_201, judged.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SilentSource_LetsTheWatermarkGo_AfterTheIdleTimeout(bool isPoked)
    {
        TwinEngine engine = Engine();
        Run(engine, isNamed: true, seconds: 1_199);
        DateTimeOffset? held = engine.Watermark;
        int before = judged.Count;

        for (int second = 1_200; second < 1_258; second++)
        {
            Observe(engine, Fast, second, second);
        }

        Assert.Equal((held, before), (engine.Watermark, judged.Count));
        Assert.True(engine.IsHeldBack);
        Assert.Equal(new SourceStanding("slow", Moments.At(599), TimeSpan.FromSeconds(658), false, true), Standing(engine, Slow));

        if (isPoked)
        {
            engine.Advance(Moments.At(1_258), output);
        }

        Observe(engine, Fast, 1_258, 1_258);
        Assert.Equal(Moments.At(1_258), engine.Watermark);
        Assert.Equal(659, judged.Count - before);
        Assert.False(engine.IsIdle);
        Assert.Equal((true, false), (Standing(engine, Slow).IsIdle, Standing(engine, Slow).IsWaitedFor));

        // Back again, it is late as any late sample is, and waited for from then on.
        Observe(engine, Slow, 1_100, 1_270);
        Observe(engine, Fast, 1_271, 1_271);
        Assert.Equal((1, 0), (engine.Fates.Amended, engine.Fates.Dropped));
        Assert.Equal(Moments.At(1_258), engine.Watermark);
    }

    [Fact]
    public void SourceThatComesLateToTheOthers_IsWaitedFor_OnceItIsHeard()
    {
        TwinEngine engine = Engine();
        Index(engine, "fast");
        for (int second = 0; second < 600; second++)
        {
            Observe(engine, Fast, second, second);
        }

        Index(engine, "slow");
        for (int second = 600; second < 2_000; second++)
        {
            Observe(engine, Fast, second, second);
            Observe(engine, Slow, second - 600, second);
        }

        // At first it is too late by more than five minutes and the minute; then late; then in time, for the fast one was held.
        Assert.Equal((300, 300), (engine.Fates.Dropped, engine.Fates.Amended));
        Assert.Equal(Moments.At(1_399), engine.Watermark);
    }

    [Fact]
    public void SourceWithAClockFarBehind_IsNotWaitedFor()
    {
        TwinEngine engine = Engine();
        Index(engine, "fast");
        Index(engine, "slow");
        for (int second = 0; second < 200; second++)
        {
            Observe(engine, Fast, second, second);
            Observe(engine, Slow, second - 3_601, second);
        }

        Assert.Equal(Moments.At(199), engine.Watermark);
        Observe(engine, Slow, 200 - 3_600, 200);
        Observe(engine, Fast, 200, 200);
        Assert.Equal((true, Moments.At(199)), (Standing(engine, Slow).IsWaitedFor, engine.Watermark));
    }

    [Fact]
    public void SourceThatSendsOnlyFutureOrHistory_IsNotWaitedFor()
    {
        TwinEngine engine = Engine();
        Index(engine, "fast");
        Observe(engine, Fast, 0, 0);
        Index(engine, "slow");
        Observe(engine, Slow, 0, 0);
        for (int second = 1; second <= 60; second++)
        {
            Observe(engine, Fast, second, second);
            Observe(engine, Slow, second + 86_400, second);
            engine.Observe(new TwinSample(2, Moments.At(second), Moments.At(second), 1, Historical: true, Source: Slow), output);
        }

        Assert.Equal((60, Moments.At(60)), (engine.Fates.Rejected, engine.Watermark));
        Assert.Equal(Moments.At(0), Standing(engine, Slow).Newest);
    }

    [Fact]
    public void RepetitionsOfASlowerGateway_HoldTheWatermarkToo()
    {
        TwinEngine engine = Engine();
        Index(engine, "fast");
        Index(engine, "slow");
        for (int second = 0; second < 100; second++)
        {
            Observe(engine, Fast, second, second);
            engine.Observe(new TwinSample(0, Moments.At(second / 2), Moments.At(second), 1, Source: Slow), output);
        }

        Assert.Equal(Moments.At(49), engine.Watermark);
        Assert.Equal(0, engine.Fates.Amended + engine.Fates.Dropped);
    }

    [Fact]
    public void SamplesOfNobody_MoveNoClock_UnlessThereIsOne()
    {
        TwinEngine alone = Engine();
        Assert.Equal(0, alone.SourceIndex(""));
        Observe(alone, 0, 5, 5);
        Assert.Equal((0, 0), (alone.SourceIndex("mqtt"), alone.SourceIndex("")));

        Assert.Equal(1, alone.SourceIndex("http"));
        Assert.Equal(-1, alone.SourceIndex(""));
        alone.Observe(new TwinSample(2, Moments.At(60), Moments.At(60), 1, Source: -1), output);
        Assert.Equal(Moments.At(5), alone.Watermark);
        Assert.Equal(Moments.At(60), alone.Newest);
    }

    /// <summary>A newcomer is idle after 6 s; who has sent for 6 s, after a minute; and after such a silence it is a newcomer again.</summary>
    [Fact]
    public void SinglePost_HoldsTheStreamUpForATenthOfTheIdleTimeout()
    {
        TwinEngine engine = Engine();
        foreach (int begin in new[] { 100, 1_000 })
        {
            for (int second = begin; second < begin + 60; second++)
            {
                Observe(engine, Index(engine, "fast"), second, second);
                if (second == begin + 10)
                {
                    Observe(engine, Index(engine, "hand"), second, second);
                }

                bool isHeld = second >= begin + 11 && second < begin + 16;
                Assert.Equal(Moments.At(isHeld ? begin + 10 : second), engine.Watermark);
            }
        }
    }

    [Fact]
    public void Sources_AreBounded_AndTheLongestIdleMakesRoom()
    {
        TwinEngine engine = Engine();
        for (int i = 0; i < SourceClocks.MaxNamed; i++)
        {
            Assert.Equal(i, engine.SourceIndex($"s{i}"));
            engine.Observe(new TwinSample(0, Moments.At(i * 0.5), Moments.At(i * 0.5), 1, Source: i), output);
        }

        // Nobody is idle: they share one.
        Assert.Equal(SourceClocks.MaxNamed, engine.SourceIndex("s8"));
        Assert.Equal(SourceClocks.MaxNamed, engine.SourceIndex("s9"));
        Assert.Equal(0, engine.SourcesEvicted);

        // All but one are, and the first has been so for longest.
        engine.Observe(new TwinSample(0, Moments.At(61), Moments.At(61.5), 1, Source: 7), output);
        Assert.Equal(0, engine.SourceIndex("s8"));
        Assert.Equal((1, 0), (engine.SourcesEvicted, engine.SourceIndex("s8")));
        Assert.Equal(SourceClocks.MaxNamed + 1, Standings(engine).Count);
    }

    [Fact]
    public void Detectors_DoNotMissWhatOnlyWaits()
    {
        var identity = new DetectorIdentity("quiet", "silence", "1");
        TwinEngine engine = Engine(() => DetectorFactory.Create(identity, [0], new Dictionary<string, double> { ["timeout"] = 12 }, []));
        Run(engine, isNamed: true, seconds: 100);
        for (int second = 100; second < 145; second++)
        {
            Observe(engine, Fast, second, second);
            engine.Advance(Moments.At(second), output);
            engine.CatchUp(output);
        }

        Assert.True(engine.IsHeldBack);
        Assert.Empty(output.Overdue);
        Assert.Empty(judged);
    }

    [Fact]
    public void WaitBeyondTheBuffer_IsBounded_AndWindowsLoseNothing()
    {
        TwinEngine engine = Engine();
        Index(engine, "fast");
        Index(engine, "slow");
        double slow = 0;
        for (int i = 0; i < 15_000; i++)
        {
            Observe(engine, Fast, i / 10.0, i / 10.0);
            for (; slow <= Math.Max(i / 20.0, (i / 10.0) - 600); slow++)
            {
                Observe(engine, Slow, slow, i / 10.0);
            }

            Assert.InRange(engine.Waiting, 0, ReorderBuffer.MaxSamples);
        }

        // What was judged early is judged again with the slow one's samples, as far as rewinds go; the rest is said.
        Assert.True(engine.ReleasedEarly > 1_000);
        Assert.Equal((0, 0), (engine.Fates.Dropped, engine.Fates.Amended));
        Assert.All(windows, w => Assert.Equal(1, w.Revision));
    }

    [Fact]
    public void State_IsTheSame_AfterARestoreBehindEachSample()
    {
        TwinEngine straight = Engine();
        TwinEngine restored = Engine();
        var random = new Random(5);
        for (int i = 0; i < 400; i++)
        {
            string name = $"s{random.Next(12)}";
            double arrival = (i * 2) + (i / 50 * 40);
            double second = Math.Max(0, arrival - (name[1] * 7 % 90) - random.Next(20));
            int metric = random.Next(3);
            foreach (TwinEngine engine in new[] { straight, restored })
            {
                engine.Observe(
                    new TwinSample(metric, Moments.At(second), Moments.At(arrival), i, Source: engine.SourceIndex(name)), new TwinOutput());
                engine.CatchUp(new TwinOutput());
                if (i % 7 == 0)
                {
                    engine.Advance(Moments.At(arrival + random.Next(2)), new TwinOutput());
                }
            }

            byte[] state = TwinEngineStateTests.Save(restored);
            Assert.Equal(TwinEngineStateTests.Save(straight), state);
            restored = Engine();
            restored.Restore(new StateReader(state));
            Assert.Equal(state, TwinEngineStateTests.Save(restored));
        }

        Assert.True(straight.SourcesEvicted > 0);
        Assert.Equal(Standings(straight), Standings(restored));
    }

    [Fact]
    public void StateWithoutSources_IsTheFirstNamedOnes()
    {
        TwinEngine old = Engine();
        Observe(old, 0, 5, 5);
        TwinEngine engine = Engine();
        engine.Restore(new StateReader(TwinEngineStateTests.Save(old)));

        Assert.Equal(0, Index(engine, "mqtt"));
        Observe(engine, 0, 6, 6);

        Assert.Equal(new SourceStanding("mqtt", Moments.At(6), TimeSpan.Zero, false, true), Standing(engine, 0));
        Assert.Equal(Moments.At(6), engine.Watermark);
    }

    [Fact]
    public void OneNamedSource_IsTreatedAsOneWithoutAName()
    {
        TwinEngine named = Engine();
        TwinEngine unnamed = Engine();
        var random = new Random(3);
        List<Anomaly>[] found = [[], []];
        for (int i = 0; i < 2_000; i++)
        {
            double arrival = i + (i / 500 * 90);
            var sample = new TwinSample(random.Next(3), Moments.At(Math.Max(0, arrival - random.Next(400))), Moments.At(arrival), i);
            Take(unnamed, sample, found[0]);
            Take(named, sample with { Source = named.SourceIndex("mqtt") }, found[1]);
            Assert.Equal((unnamed.Watermark, unnamed.Waiting, unnamed.IsIdle), (named.Watermark, named.Waiting, named.IsIdle));
        }

        Assert.Equal(found[0], found[1]);
        Assert.NotEmpty(found[0]);
    }

    /// <summary>The slow one falls behind by half a second each second, until it lags by ten minutes.</summary>
    private void Run(TwinEngine engine, bool isNamed, int seconds)
    {
        int fast = isNamed ? Index(engine, "fast") : 0;
        int slow = isNamed ? Index(engine, "slow") : 0;
        Assert.Equal((isNamed ? Fast : 0, isNamed ? Slow : 0), (fast, slow));
        double last = -1;
        for (int second = 0; second <= seconds; second++)
        {
            Observe(engine, fast, second, second);
            for (; last + 1 <= Math.Max(second / 2.0, second - 600.0); last++)
            {
                Observe(engine, slow, last + 1, second, metric: 1);
            }
        }
    }

    private static void Take(TwinEngine engine, TwinSample sample, List<Anomaly> found)
    {
        var told = new TwinOutput();
        engine.Observe(sample, told);
        engine.CatchUp(told);
        found.AddRange(told.Anomalies);
    }

    private static int Index(TwinEngine engine, string name) => engine.SourceIndex(name);

    private static SourceStanding Standing(TwinEngine engine, int index) => Standings(engine)[index];

    private static List<SourceStanding> Standings(TwinEngine engine)
    {
        List<SourceStanding> standings = [];
        engine.CollectSources(standings);
        return standings;
    }

    /// <summary>A batch of one sample, of the metric that the source measures.</summary>
    private void Observe(TwinEngine engine, int source, double second, double arrival, int? metric = null)
    {
        engine.Observe(new TwinSample(metric ?? source, Moments.At(second), Moments.At(arrival), 1, Source: source), output);
        engine.CatchUp(output);
        windows.AddRange(output.Windows);
        judged.AddRange(output.Anomalies);
        output.Windows.Clear();
        output.Anomalies.Clear();
    }

    private static TwinEngine Engine(Func<IDetector>? detector = null) => new(new TwinDefinition
    {
        Metrics = [new MetricRule { Name = "a" }, new MetricRule { Name = "b" }, new MetricRule { Name = "c" }],
        Detectors = [new DetectorRule { Create = detector ?? (() => new RecordingDetector()) }],
    });
}
