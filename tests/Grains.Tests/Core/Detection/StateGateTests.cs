using System.Globalization;

namespace Millwright.Core.Detection;

/// <summary>A detector that is not asked while the machine stands still knows that it stood: the samples before and after are strangers.</summary>
public sealed class StateGateTests
{
    private const int Metrics = 3;

    public static TheoryData<string> KindsThatKnowStates =>
    [
        "robust-z", "rate-of-change", "spike", "level-shift", "trend", "seasonal", "stuck", "mahalanobis", "t2-spe", "half-space-trees",
        "joint-level",
    ];

    [Fact]
    public void Observe_TakesNoSampleForASpike_WhenTheMachineStoodInBetween()
    {
        DetectorRun run = new(Gated("spike", 1, ("settle", 0)));
        Noise noise = new(3);
        for (int second = 0; second < 200; second++)
        {
            run.Observe(second, noise.Next(50));
        }

        run.Observe(200, 0, state: "idle").Observe(201, 0).Observe(202, 50).Observe(203, 50);

        Assert.Empty(run.Findings);
    }

    [Theory]
    [InlineData("spike")]
    [InlineData("stuck")]
    public void Observe_SeesNoNeighbours_InWhatAPauseHasParted(string kind)
    {
        DetectorRun run = new(Gated(kind, 1));
        Noise noise = new(5);
        for (int second = 0; second < 440; second++)
        {
            // Without the pause: one value far from both its neighbours, or one that rests for four minutes.
            double usual = noise.Next(50);
            double value = kind == "spike" ? second == 400 ? 80 : usual : second is >= 190 and < 425 ? 50 : usual;
            run.Observe(second, value, state: second is >= 200 and < 400 ? "idle" : "running");
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_EndsWhatIsOpen_WhenTheAssetLeavesItsStates()
    {
        DetectorRun run = new(Gated("threshold", 1, ("upper", 70)));

        run.Observe(0, 50).Observe(1, 80).Observe(2, 80, state: "idle").Observe(3, 80, state: "idle").Observe(4, 50);

        Assert.Equal("+1 -2", run.Story());
    }

    [Fact]
    public void Observe_LetsTheStartSettle_WhenTheMachineStoodInBetween()
    {
        DetectorRun run = new(Gated("robust-z", 1, ("settle", 30)));
        Noise noise = new(3);
        for (int second = 0; second < 1_000; second++)
        {
            bool isIdle = second is >= 600 and < 700;
            run.Observe(second, noise.Next(second is >= 700 and < 725 ? 90 : 50), state: isIdle ? "idle" : "running");
        }

        Assert.Empty(run.Findings);
    }

    /// <summary>
    /// A baseline per state and settling after a change mean that not being asked in a state is the same as keeping quiet about it.
    /// </summary>
    [Theory]
    [MemberData(nameof(KindsThatKnowStates))]
    public void Observe_FindsTheSame_WithTheGateAndWithout(string kind)
    {
        bool isFound = false;
        for (int seed = 1; seed <= 4; seed++)
        {
            string[] free = Story(Create(kind), seed);
            Assert.Equal(free, Story(new StateGate(Create(kind), ["running"]), seed));
            isFound |= free.Length > 0;
        }

        Assert.True(isFound, "nothing was found at all");
    }

    [Theory]
    [MemberData(nameof(KindsThatKnowStates))]
    public void Decision_KeepsTheWarmup_WhileTheMachineStands(string kind)
    {
        IDetector detector = new StateGate(Create(kind), ["running"]);
        DetectorRun run = new(detector);
        Noise noise = new(4);
        for (int second = 0; second < 40; second++)
        {
            for (int metric = 0; metric < Metrics; metric++)
            {
                run.Observe(second, noise.Next(50), metric);
            }
        }

        // The first one without ends the cell before.
        int subject = detector.DecisionOf(0) is null ? -1 : 0;
        run.Observe(40, 0, 0, "idle");
        double? known = detector.DecisionOf(subject)?.Warmup;
        Assert.True(known is null or > 0);
        for (int second = 41; second < 60; second++)
        {
            run.Observe(second, 0, 0, "idle");
            DetectorRun.Restore(detector, DetectorRun.Bytes(detector));
        }

        Decision? decision = detector.DecisionOf(subject);
        Assert.Equal(known, decision?.Warmup);
        Assert.True(decision is null or { Verdict: DecisionVerdict.Suspended });
    }

    private static IDetector Create(string kind) => kind switch
    {
        "joint-level" => DetectorRun.Create(kind, Metrics, ("every", 1)),
        "rate-of-change" => DetectorRun.Create(kind, Metrics, ("span", 10), ("upper", 0.8), ("lower", -0.8)),
        "stuck" => DetectorRun.Create(kind, Metrics, ("duration", 20)),
        _ => DetectorScenario.Create(kind),
    };

    private static StateGate Gated(string kind, int metrics, params (string Name, double Value)[] parameters) =>
        new StateGate(DetectorRun.Create(kind, metrics, parameters), ["running"]);

    /// <summary>What is raised while the machine runs.</summary>
    private static string[] Story(IDetector detector, int seed)
    {
        DetectorRun run = new(detector);
        Noise noise = new(seed);
        List<string> raised = [];
        for (int second = 0; second < 3_600; second++)
        {
            bool isIdle = second % 600 >= 480;
            string state = isIdle ? "idle" : "running";
            double level = isIdle ? 0 : Math.Min(50, second % 600 * 10) + (second > 3_150 ? 15 : 0);
            for (int metric = 0; metric < Metrics; metric++)
            {
                int before = run.Findings.Count;
                double value = second is > 2_500 and < 2_600 ? level : noise.Next(level) + (second % 377 == 376 ? 25 : 0);
                run.Observe(second + (metric * 0.1), value, metric, state);
                raised.AddRange(run.Findings.Skip(before).Where(found => found.IsRaised && !isIdle).Select(found => string.Create(
                    CultureInfo.InvariantCulture, $"{found.Metric}@{(found.EventTime - DetectorRun.Start).TotalSeconds}:{found.Score:R}")));
            }
        }

        return [.. raised];
    }
}
