using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Bench.Core;

/// <summary>
/// What a detector of each kind costs: nanoseconds per sample, and bytes of state, with default parameters. Several detectors in turn, so
/// that their state competes for the cache as that of many assets does. Best of five rounds, after the warm-up.
/// </summary>
internal static class DetectorCosts
{
    private const int Detectors = 50;
    private const int Metrics = 4;
    private const int Rounds = 5;
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What an expression costs its text says.
    private static IEnumerable<DetectorKind> Kinds => DetectorKinds.All.Where(kind => kind.Name != ExpressionParameters.Name);

    /// <param name="seconds">Event time of a round: that many samples per metric.</param>
    public static void Run(int seconds, string? json)
    {
        Console.WriteLine($"{Metrics} metrics at 1 Hz, {Detectors} detectors in turn, defaults");
        Console.WriteLine("kind                  ns/sample   allocated/sample   state bytes   per metric   judges");
        List<DetectorCost> costs = [.. Kinds.Select(kind => Measure(kind, seconds))];
        foreach (DetectorCost cost in costs)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cost.Kind,-20}{cost.Nanoseconds,11:0.0}{cost.Allocated,19:0.00}{cost.StateBytes,14}")
                + $"{cost.StateBytes / Metrics,13}{cost.Judges,9}");
        }

        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(costs, Options));
        }
    }

    private static DetectorCost Measure(DetectorKind kind, int seconds)
    {
        IDetector[] detectors = [.. Enumerable.Range(0, Detectors).Select(i => Create(kind, i))];
        double[] values = Values();
        List<Anomaly> findings = [];

        // Long enough for every warm-up but those of a day; what is not warm by then is told.
        int now = Feed(detectors, values, findings, (0, 2_000));
        double best = double.MaxValue;
        double allocated = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            now = Feed(detectors, values, findings, (now, now + seconds));
            double samples = (double)seconds * Metrics * Detectors;
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / samples);
            allocated = Math.Min(allocated, (GC.GetAllocatedBytesForCurrentThread() - bytes) / samples);
            findings.Clear();
        }

        var buffer = new ArrayBufferWriter<byte>();
        detectors[0].Save(new StateWriter(buffer));
        Decision? decision = detectors[0].DecisionOf(0) ?? detectors[0].DecisionOf(-1);
        return new DetectorCost(kind.Name, best, allocated, buffer.WrittenCount, decision is { Verdict: not DecisionVerdict.Warming });
    }

    private static IDetector Create(DetectorKind kind, int number)
    {
        ImmutableDictionary<string, double> parameters = ImmutableDictionary<string, double>.Empty;
        parameters = kind.Name switch
        {
            ThresholdParameters.Name => parameters.Add("upper", 1e6),

            // With the default of a day nothing but the warm-up would be measured; the work per sample is the same.
            TrendParameters.Name => parameters.Add("span", 2_400),
            SeasonalParameters.Name => parameters.Add("period", 480),
            _ => parameters,
        };
        return DetectorFactory.Create(
            new DetectorIdentity($"bench-{number}", kind.Name, "1"),
            [.. Enumerable.Range(0, Math.Clamp(Metrics, kind.MinMetrics, kind.MaxMetrics))],
            parameters);
    }

    private static int Feed(IDetector[] detectors, double[] values, List<Anomaly> findings, (int From, int To) span)
    {
        for (int second = span.From; second < span.To; second++)
        {
            DateTimeOffset at = Start.AddSeconds(second);
            var context = new DetectionContext("running", at);
            for (int i = 0; i < detectors.Length; i++)
            {
                for (int metric = 0; metric < Metrics; metric++)
                {
                    double value = values[((second * 31) + (i * 17) + (metric * 1_009)) % values.Length];
                    detectors[i].Observe(new Observation(metric, at, value, default), context, findings);
                }
            }
        }

        return span.To;
    }

    /// <summary>A bell curve by quantiles in a scrambled order: noise without a random generator.</summary>
    private static double[] Values()
    {
        double[] values = new double[4_099];
        for (int i = 0; i < values.Length; i++)
        {
            double share = ((i * 2_654_435_761L % values.Length) + 0.5) / values.Length;
            values[i] = 50 + (Math.Log(share / (1 - share)) / 1.7);
        }

        return values;
    }
}

/// <param name="StateBytes">Of a snapshot after the warm-up, one operating state.</param>
/// <param name="Judges">False: only its warm-up was measured.</param>
internal sealed record DetectorCost(string Kind, double Nanoseconds, double Allocated, int StateBytes, bool Judges);
