using System.Collections.Frozen;
using Millwright.Plant;

namespace Millwright.Simulation.Tests.World;

/// <summary>Three assets whose detectors do find something, with every kind of window.</summary>
internal static class SimulatedPlant
{
    public const string Namespace = "sim";

    /// <summary>Judged by absence, so by the clock of the machine: its alerts are no function of the samples.</summary>
    public const string SilenceDetector = "quiet";

    public static readonly string[] Metrics = ["temperature", "vibration", "level", "power"];

    public const string LineKey = "sim/hall/line";

    public static readonly string[] Meters = ["main", "register"];

    public static PlantModel Model { get; } = new()
    {
        Namespace = Namespace,
        SiteName = Namespace,
        Assets = new[] { Asset("press-1", 0, false), Asset("press-2", 3, false), Asset("press-3", 3, true) }
            .ToFrozenDictionary(a => a.Id.ToString(), StringComparer.Ordinal),
        Rules =
        [
            new TopicRule
            {
                Id = "plant", Topic = "plant/{asset}", Asset = "sim:{asset}", Time = "/ts", TimeFormat = TimeFormat.Milliseconds,
                Values = "/values", Source = "{/via}",
            },
        ],
    };

    private static AssetDefinition Asset(string name, int disorderSeconds, bool watchesSilence)
    {
        return new AssetDefinition
        {
            Id = AssetId.TryParse($"{Namespace}:{name}", out AssetId id) ? id : throw new ArgumentException(name),
            Type = "press",
            DisplayName = name,
            Location = new Location { Site = Namespace, Area = "hall", Line = "line" },
            Metrics = [.. Metrics.Select(m => new MetricDefinition { Name = m })],
            States =
            [
                new OperatingStateDefinition
                {
                    Name = "running", IsRunning = true,
                    Conditions = [new StateCondition { Metric = "power", Comparison = Comparison.Greater, Value = 5 }],
                },
            ],
            Windows =
            [
                new WindowDefinition { Kind = "tumbling", Size = TimeSpan.FromSeconds(10), Metrics = ["temperature"] },
                new WindowDefinition
                {
                    Kind = "hopping", Size = TimeSpan.FromSeconds(10), Hop = TimeSpan.FromSeconds(5), Metrics = ["level"],
                },
                new WindowDefinition { Kind = "session", Gap = TimeSpan.FromSeconds(6), Metrics = ["vibration"], Aggregates = ["p90", "rms"] },
                new WindowDefinition { Kind = "state", Metrics = ["temperature"], Aggregates = ["time-weighted-mean"] },
                new WindowDefinition
                {
                    Kind = "tumbling-by-state", Size = TimeSpan.FromSeconds(10), Metrics = ["vibration"], Aggregates = ["kurtosis", "p95"],
                },
                new WindowDefinition { Kind = "sliding", Size = TimeSpan.FromSeconds(20), Metrics = ["level"], Aggregates = ["rms"] },
            ],
            Meters =
            [
                new MeterDefinition { Id = Meters[0], Metric = "power", Medium = "electricity", Unit = "kWh" },

                // No register: it goes back again and again. What a meter counts then is still a function of the samples.
                new MeterDefinition
                {
                    Id = Meters[1], Metric = "level", Medium = "water", Unit = "m3", IsCounter = true, MaxGap = TimeSpan.FromSeconds(20),
                },
            ],
            Detectors = [.. Detectors(watchesSilence)],

            // Wide, because the machine's clock is stepped by hours while the devices' are right.
            Time = new TimePolicy
            {
                Disorder = TimeSpan.FromSeconds(disorderSeconds),
                AllowedLateness = TimeSpan.FromMinutes(5),
                MaxClockSkew = TimeSpan.FromDays(1),
                IdleTimeout = TimeSpan.FromDays(1),
            },
        };
    }

    private static IEnumerable<DetectorDefinition> Detectors(bool watchesSilence)
    {
        yield return Detector("hot", "threshold", "temperature", "machine", ("upper", 80), ("hysteresis", 2));
        yield return Detector("shake", "robust-z", "vibration", "process", ("min-samples", 16), ("max-samples", 32), ("settle", 0));
        yield return Detector("frozen", "stuck", "level", "process", ("samples", 3), ("duration", 2), ("factor", 1), ("min-changes", 2));
        if (watchesSilence)
        {
            yield return Detector(SilenceDetector, "silence", "power", "instrument", ("timeout", 8));
        }
    }

    private static DetectorDefinition Detector(
        string id, string kind, string metric, string category, params (string Name, double Value)[] parameters) => new()
        {
            Id = id,
            Kind = kind,
            Metrics = [metric],
            AlertName = id,
            Category = category,
            Parameters = parameters.ToDictionary(p => p.Name, p => p.Value),
        };
}
