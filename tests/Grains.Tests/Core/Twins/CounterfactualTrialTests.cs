using Millwright.Core.Detection;
using Millwright.Core.Expressions;
using Millwright.Core.State;
using Millwright.Core.Twins;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>What a finding claims would have kept it quiet is tried on the detector itself, with what it had learned by then.</summary>
public sealed class CounterfactualTrialTests
{
    private readonly TwinOutput output = new();

    [Theory]
    [InlineData(9, true)]
    [InlineData(11, false)]
    public void Claim_IsKept_OnlyWhenTheDetectorStaysQuietWithIt(double claimed, bool isKept)
    {
        TwinEngine engine = Engine(new MeanDetector(1, claimed));
        Feed(engine, 0, 200, _ => 5);

        Feed(engine, 200, 1, _ => 20);

        Anomaly anomaly = Assert.Single(output.Anomalies);
        Assert.True(anomaly.IsChecked);
        Assert.Equal(isKept ? claimed : null, anomaly.CounterfactualValue);
        Assert.Equal(isKept ? (1, 0) : (0, 1), (engine.CounterfactualsHeld, engine.CounterfactualsDropped));
    }

    [Theory]
    [InlineData(9.5, true)]
    [InlineData(10.5, false)]
    public void Claim_AboutAMean_IsTriedOnAllOfItsWindow(double claimed, bool isKept)
    {
        TwinEngine engine = Engine(new MeanDetector(5, claimed));
        Feed(engine, 0, 100, _ => 5);

        Feed(engine, 100, 4, i => 10 + (i % 100 * 2));

        Assert.Equal(isKept ? claimed : null, Assert.Single(output.Anomalies).CounterfactualValue);
    }

    [Fact]
    public void Claim_IsTriedAlsoOfABusyTwin_WhoseSnapshotsAreFarApart()
    {
        TwinEngine engine = Engine(new MeanDetector(1, 9));
        for (int i = 0; i < 3 * TwinEngine.TrialReach; i++)
        {
            engine.Observe(Sample(i * 0.002, i % 5_000 == 4_999 ? 20 : 5), output);
            engine.CatchUp(output);
        }

        Assert.Equal(4, output.Anomalies.Count);
        Assert.Equal((4, 0), (engine.CounterfactualsHeld, engine.CounterfactualsDropped));
    }

    /// <summary>The rule is judged as soon as a later instant begins; that one fires again, and says nothing of the one judged.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Claim_IsTheSame_HoweverTheInstantIsSplitThatLetItBeJudged(bool isSplit)
    {
        ExpressionProgram program = ExpressionProgram.TryCompile(
            "a > 51 and b < 52", [new ExpressionMetric("a", 0, ""), new ExpressionMetric("b", 1, "")], out _)!;
        var identity = new DetectorIdentity("said", ExpressionParameters.Name, "1");
        var engine = new TwinEngine(new TwinDefinition
        {
            Metrics = [new MetricRule { Name = "a" }, new MetricRule { Name = "b" }],
            Detectors =
            [
                new DetectorRule
                {
                    Create = () => DetectorFactory.Create(identity, program, new Dictionary<string, double>(), []), Metrics = [0, 1],
                },
            ],
        });
        Batch(Sample(0, 53), Sample(0, 55) with { Metric = 1 });
        Batch(Sample(2, 51) with { Metric = 1 });

        Batch([Sample(3, 53), .. isSplit ? Array.Empty<TwinSample>() : [Sample(3, 51) with { Metric = 1 }]]);
        Batch([.. isSplit ? [Sample(3, 51) with { Metric = 1 }] : Array.Empty<TwinSample>()]);

        Anomaly anomaly = Assert.Single(output.Anomalies);
        Assert.Equal((Moments.At(2), Moments.At(3)), (anomaly.EventTime, anomaly.FoundAt));
        Assert.Equal(51, anomaly.CounterfactualValue!.Value, 1e-6);
        Assert.Equal((1, 0), (engine.CounterfactualsHeld, engine.CounterfactualsDropped));

        void Batch(params TwinSample[] samples)
        {
            foreach (TwinSample sample in samples)
            {
                engine.Observe(sample, output);
            }

            engine.CatchUp(output);
        }
    }

    [Fact]
    public void Finding_WhoseSharesDoNotSumToItsScore_IsABugAndNoAlert()
    {
        TwinEngine engine = Engine(new MeanDetector(1, 9) { ShareError = 1e-5 });

        Assert.Throws<InvalidOperationException>(() => Feed(engine, 0, 1, _ => 20));
    }

    private static TwinEngine Engine(MeanDetector detector) => new(new TwinDefinition
    {
        Metrics = [new MetricRule { Name = "m" }],
        Detectors = [new DetectorRule { Create = detector.Anew, Metrics = [0] }],
    });

    private void Feed(TwinEngine engine, int from, int count, Func<int, double> value)
    {
        for (int i = from; i < from + count; i++)
        {
            engine.Observe(Sample(i, value(i)), output);
            engine.CatchUp(output);
        }
    }

    private static TwinSample Sample(double second, double value) => new(0, Moments.At(second), Moments.At(second), value);

    /// <summary>Fires when the mean of the last few is above 10, and claims what it was told to.</summary>
    private sealed class MeanDetector(int count, double claimed) : IDetector
    {
        private readonly Queue<(DateTimeOffset Time, double Value)> last = new();
        private bool isActive;

        public double ShareError { get; init; }

        public DetectorIdentity Identity { get; } = new("mean", "mean", "1");

        public MeanDetector Anew() => new(count, claimed) { ShareError = ShareError };

        public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
        {
            last.Enqueue((observation.EventTime, observation.Value));
            if (last.Count > count)
            {
                last.Dequeue();
            }

            double mean = last.Average(l => l.Value);
            bool isOut = mean > 10;
            if (isOut && !isActive)
            {
                Observation about = observation with { Value = mean };
                Anomaly found = Finding.OfOne(Identity, about, true, mean, 10, 5);
                findings.Add(found with
                {
                    WindowStart = last.Peek().Time,
                    Contributions = [found.Contributions[0] with { Share = mean + ShareError }],
                    CounterfactualMetric = 0,
                    CounterfactualValue = claimed,
                    CounterfactualIsUpper = true,
                });
            }

            isActive = isOut;
        }

        public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
        {
        }

        public void Save(StateWriter writer)
        {
            writer.Boolean(isActive);
            writer.Int32(last.Count);
            foreach ((DateTimeOffset time, double value) in last)
            {
                writer.Instant(time);
                writer.Double(value);
            }
        }

        public void Restore(StateReader reader)
        {
            last.Clear();
            isActive = reader.Boolean();
            for (int left = reader.Count(16); left > 0; left--)
            {
                last.Enqueue((reader.Instant(), reader.Double()));
            }
        }
    }
}
