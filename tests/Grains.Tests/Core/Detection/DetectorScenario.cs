namespace Millwright.Core.Detection;

/// <summary>
/// A shift of a small machine, seeded, in which every detector finds something: three metrics that follow one load, spikes, a broken
/// correlation, a frozen sensor, a silent one, two operating states.
/// </summary>
internal static class DetectorScenario
{
    public const int Metrics = 3;
    private const int Seconds = 1_500;

    /// <summary>A step is a sample, or (metric -1) a look at the clock.</summary>
    public readonly record struct Step(double Second, int Metric, double Value, string State);

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (DetectorKind kind in DetectorKinds.All)
        {
            for (int seed = 1; seed <= 3; seed++)
            {
                cases.Add(kind.Name, seed);
            }
        }

        return cases;
    }

    public static IDetector Create(string kind) => kind switch
    {
        "threshold" => DetectorRun.Create(kind, Metrics, ("upper", 62), ("lower", 20), ("hysteresis", 2), ("dwell", 2)),
        "stuck" => DetectorRun.Create(kind, Metrics, ("duration", 20)),
        "silence" => DetectorRun.Create(kind, Metrics, ("timeout", 15)),
        "rate-of-change" => DetectorRun.Create(kind, Metrics, ("span", 10)),
        "level-shift" => DetectorRun.Create(kind, Metrics, ("warmup", 50), ("threshold", 6)),
        "trend" => DetectorRun.Create(kind, Metrics, ("span", 120), ("blocks", 12), ("threshold", 2), ("min-drift", 0)),
        "seasonal" => DetectorRun.Create(kind, Metrics, ("period", 120), ("bins", 4), ("hold", 2)),
        "t2-spe" => DetectorRun.Create(kind, Metrics, ("warmup", 120), ("smoothing", 3), ("hold", 2)),
        "half-space-trees" => DetectorRun.Create(kind, Metrics, ("window", 200), ("smoothing", 1), ("hold", 1), ("threshold", 2)),
        "mahalanobis" => DetectorRun.Create(kind, Metrics, ("warmup", 120), ("smoothing", 5), ("hold", 2)),
        "expression" => ExpressionDetectorTests.Create(
            "flow > mean(flow, 20 s) + 8 L/min and temperature > 20 Cel or quantile(current, 1 min, 0.9) > 52 A", ("dwell", 1)),
        "joint-level" => DetectorRun.Create(kind, Metrics, ("warmup", 150), ("threshold", 4)),
        "combined" => DetectorRun.Create(kind, Metrics, ("threshold", 0.8)),
        "health" => DetectorRun.Create(
            kind, Metrics, ("every", 1), ("warmup", 60), ("threshold", 0.08), ("danger", 0.2), ("hold", 5)),
        _ => DetectorRun.Create(kind, Metrics),
    };

    public static IReadOnlyList<Step> Steps(int seed)
    {
        Noise noise = new(seed);
        List<Step> steps = [];
        double load = 0;
        double frozen = 0;
        for (int second = 0; second < Seconds; second++)
        {
            bool isIdle = second is > 900 and <= 1_000;
            string state = isIdle ? "idle" : "running";
            load = (0.9 * load) + noise.Next(0, 0.5);
            double level = isIdle ? 30 : 50;
            double first = level + load + noise.Next(0, 0.2) + (second % 331 == 330 ? 15 : 0) + (second is > 620 and < 630 ? 20 : 0);
            double second2 = level - (second is > 700 and < 800 ? -3 * load + 4 : load) + noise.Next(0, 0.2);
            double third = level + (2 * load) + noise.Next(0, 0.2);
            frozen = second is > 500 and < 560 ? frozen : third;
            steps.Add(new Step(second, 0, first, state));
            steps.Add(new Step(second + 0.2, 1, second2, state));
            if (second is < 1_200 or > 1_250)
            {
                steps.Add(new Step(second + 0.4, 2, frozen, state));
            }

            steps.Add(new Step(second + 0.9, -1, 0, state));
        }

        return steps;
    }

    public static void Take(IDetector detector, in Step step, ICollection<Anomaly> findings)
    {
        DateTimeOffset at = DetectorRun.Start.AddSeconds(step.Second);
        DetectionContext context = new(step.State, at);
        if (step.Metric < 0)
        {
            detector.Advance(at, context, findings);
        }
        else
        {
            DetectorRun.Observe(detector, new Observation(step.Metric, at, step.Value, default), context, findings);
        }
    }

    public static List<Anomaly> Run(string kind, int seed)
    {
        IDetector detector = Create(kind);
        List<Anomaly> findings = [];
        foreach (Step step in Steps(seed))
        {
            Take(detector, step, findings);
        }

        return findings;
    }
}
