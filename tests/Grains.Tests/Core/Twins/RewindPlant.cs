using System.Collections.Immutable;
using System.Globalization;
using Millwright.Core.Detection;
using Millwright.Core.Detection.Combined;
using Millwright.Core.Detection.Levels;
using Millwright.Core.Detection.Novelty;
using Millwright.Core.Energy;
using Millwright.Core.Expressions;
using Millwright.Core.Peers;
using Millwright.Core.Twins;
using Millwright.Plant;
using Comparison = Millwright.Plant.Comparison;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>Random plants with every kind of detector, and random streams in which each of them finds something.</summary>
internal static class RewindPlant
{
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(2);

    public static TwinDefinition Definition(Random random)
    {
        List<DetectorRule> detectors =
        [
            Rule("limit", ThresholdParameters.Name, [0], Gated(random), ("upper", 60), ("hysteresis", 1), ("dwell", random.Next(4))),
            Rule("usual", RobustZParameters.Name, [0, 1], Gated(random), ("min-samples", 30), ("window", 300)),
            Rule("frozen", StuckParameters.Name, [1, 2], [], ("duration", 8), ("samples", 6), ("min-changes", 10)),
            Rule("quiet", SilenceParameters.Name, [0, 1, 2], Gated(random), ("timeout", 12)),
            Rule("fast", RateOfChangeParameters.Name, [0, 1], Gated(random), ("span", 8), ("warmup", 16)),
            Rule("cable", SpikeParameters.Name, [0, 1, 2], Gated(random), ("min-samples", 20), ("clear", 20)),
            Rule("level", LevelShiftParameters.Name, [0, 1], Gated(random), ("warmup", 40), ("threshold", 3)),
            Rule("drift", TrendParameters.Name, [1, 2], [], ("span", 60), ("blocks", 12), ("threshold", 2), ("min-drift", 0)),
            Rule("time", SeasonalParameters.Name, [0, 1], Gated(random), ("period", 63), ("bins", 6), ("hold", 1), ("threshold", 3)),
            Rule("space", SubspaceParameters.Name, [0, 1, 2], Gated(random), ("warmup", 60), ("smoothing", 2), ("hold", 2), ("refit", 20)),
            Rule("forest", HalfSpaceParameters.Name, [0, 1, 2], [], ("window", 100), ("smoothing", 1), ("hold", 1), ("threshold", 2),
                ("trees", 5), ("depth", 5)),
            Rule("joint", MahalanobisParameters.Name, [0, 1, 2], Gated(random), ("warmup", 60), ("smoothing", 3), ("hold", 2)),
            Rule("rare", NoveltyParameters.Name, [random.Next(3)], Gated(random), ("warmup", 24), ("rest", 10)),
            Rule("levels", JointLevelParameters.Name, [0, 1, 2], Gated(random), ("warmup", 100), ("memory", 50), ("hold", 2), ("every", 1)),
            Rule("all", CombinedParameters.Name, [0, 1, 2], Gated(random), ("threshold", 0.5)),
            Rule("wear", HealthParameters.Name, [0, 1, 2], Gated(random), ("every", 1), ("warmup", 20), ("hold", 3), ("threshold", 0.1)),
            Said("said", "mean(a, 10 s) > 51 and b < 52", Gated(random)),
        ];
        return new TwinDefinition
        {
            Metrics =
            [
                new MetricRule { Name = "a" },
                new MetricRule { Name = "b" },
                new MetricRule { Name = "c" },
                new MetricRule { Name = "register" },
                new MetricRule { Name = "speed" },
                new MetricRule { Name = "mode", IsText = true },
                new MetricRule { Name = BaselineReset.Metric, IsText = true },
                new MetricRule { Name = BaselinePrior.Metric, IsText = true },
            ],
            States =
            [
                new OperatingStateRule { Name = "service", Conditions = [new ConditionRule(5, Comparison.Equal, 0, "service")] },

                // Of two metrics: the halves of one instant may say that a state has ended and that it goes on.
                new OperatingStateRule
                {
                    Name = "idle",
                    Conditions = [new ConditionRule(4, Comparison.LessOrEqual, 1), new ConditionRule(1, Comparison.Less, 50)],
                    IsIdle = true,
                },
                new OperatingStateRule
                {
                    Name = "running", Conditions = [new ConditionRule(4, Comparison.GreaterOrEqual, 0)], IsRunning = true,
                },
            ],
            Meters =
            [
                new MeterRule { Id = "electricity", Metric = 0 },
                new MeterRule { Id = "water", Metric = 3, IsCounter = true, MaxGap = TimeSpan.FromSeconds(90) },
            ],
            Detectors = [.. detectors.Where(_ => random.Next(4) > 0)],
            Time = new TimeRule
            {
                Disorder = TimeSpan.FromSeconds(random.Next(2) * random.Next(20)),
                AllowedLateness = Lateness,
                MaxStateGap = TimeSpan.FromSeconds(15),
                MaxClockSkew = TimeSpan.FromDays(1),
            },
        };
    }

    /// <summary>Something that people said about the baselines.</summary>
    public static bool IsWord(int metric) => metric is 6 or 7;

    /// <summary>Samples in the order of their event times, several of them often of one instant.</summary>
    public static List<(int Metric, double Second, double Value, string? Text)> Stream(Random random, int seconds)
    {
        List<(int, double, double, string?)> samples = [];
        double speed = 5;
        double register = 0;
        double frozen = 0;
        bool grid = random.Next(2) == 0;
        for (int second = 0; second < seconds; second++)
        {
            if (second % 67 is > 40 and < 60 && random.Next(3) == 0)
            {
                continue;
            }

            bool isPaused = second % 211 is > 150 and < 175;
            double spike = random.Next(70) == 0 ? 15 : 0;
            double load = (3 * Math.Sin(second * 0.1)) + random.NextDouble();
            Add(0, 50 + load + spike, !isPaused);
            Add(1, 50 + (second % 90 > 80 ? -load : load) + random.NextDouble(), second % 130 < 110);
            frozen = second % 100 > 80 ? frozen : Math.Round(50 + load + random.NextDouble(), 3);
            Add(2, frozen, true);
            Add(3, register += random.NextDouble(), random.Next(5) == 0);
            speed = random.Next(30) == 0 ? random.Next(3) : speed;
            Add(4, speed, random.Next(3) == 0);
            if (random.Next(60) == 0)
            {
                samples.Add((5, second + 0.5, double.NaN, random.Next(3) == 0 ? "service" : "auto"));
            }

            if (random.Next(150) == 0)
            {
                string[] metrics = random.Next(2) == 0 ? [] : ["b"];
                samples.Add((6, second + (random.Next(2) * 0.5), double.NaN, BaselineReset.ToText("repaired", metrics)));
            }

            if (random.Next(100) == 0)
            {
                samples.Add((7, second + (random.Next(2) * 0.5), double.NaN, Prior(random)));
            }

            void Add(int metric, double value, bool speaks)
            {
                if (speaks)
                {
                    samples.Add((metric, grid ? second : second + (random.Next(10) * 0.1), value, null));
                }
            }
        }

        return [.. samples.DistinctBy(s => (s.Item1, s.Item2)).OrderBy(s => s.Item2).ThenBy(s => s.Item1)];
    }

    private static string Prior(Random random)
    {
        string state = random.Next(3) == 0 ? "idle" : "running";
        double between = random.Next(3);
        PriorMetric[] metrics = [.. new[] { "c", "a", "b" }.Select(name => new PriorMetric(name, "", 48 + random.Next(5), 2.5, between))];
        return PriorText.Write(new PriorFigures
        {
            State = state,
            Peers = 1 + random.Next(5),
            Samples = 1_000,
            Metrics = [.. metrics],
            Correlations = [0.7, 0.8, 0.6],
        });
    }

    /// <summary>
    /// The same with one pause, in which places of the grid of snapshots stay empty, and towards its end a few samples that may come after
    /// those behind it.
    /// </summary>
    public static List<(int Metric, double Second, double Value, string? Text)> Paused(
        List<(int Metric, double Second, double Value, string? Text)> samples, Random random)
    {
        double from = samples[random.Next(samples.Count)].Second;
        double pause = Math.Round(Lateness.TotalSeconds * (3 + (4 * random.NextDouble())));
        int early = 2;
        return
        [
            .. samples.Select(s => s.Second < from ? s
                : (s.Metric, s.Second + pause - (early-- > 0 ? random.Next(1, 100) : 0), s.Value, s.Text))
                .DistinctBy(s => (s.Metric, s.Item2)).OrderBy(s => s.Item2).ThenBy(s => s.Metric),
        ];
    }

    private static DetectorRule Said(string id, string text, ImmutableArray<string> states)
    {
        ExpressionMetric[] metrics = [new("a", 0, ""), new("b", 1, "")];
        ExpressionProgram program = ExpressionProgram.TryCompile(text, metrics, out ExpressionFault? fault)
            ?? throw new InvalidOperationException(fault?.ToString());
        var identity = new DetectorIdentity(id, ExpressionParameters.Name, "1");
        return new DetectorRule
        {
            Metrics = program.Metrics,
            Create = () => DetectorFactory.Create(identity, program, new Dictionary<string, double>(), states),
        };
    }

    private static ImmutableArray<string> Gated(Random random) => random.Next(2) == 0 ? [] : ["running"];

    private static DetectorRule Rule(
        string id, string kind, int[] metrics, ImmutableArray<string> states, params (string Name, double Value)[] parameters)
    {
        Dictionary<string, double> values = parameters.ToDictionary(p => p.Name, p => p.Value);
        var identity = new DetectorIdentity(id, kind, "1");
        return new DetectorRule { Metrics = [.. metrics], Create = () => DetectorFactory.Create(identity, metrics, values, states) };
    }
}
