using System.Diagnostics;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Grains.Twins;
using Millwright.Plant;

namespace Millwright.Bench.Detection.Twins;

/// <summary>
/// The twin that an asset gets when nobody modelled it, fed with a recording row by row: its engine, its detectors, nothing set for the
/// benchmark. A row is a batch, as a device would send it.
/// </summary>
internal sealed class UnconfiguredTwin
{
    /// <summary>The default's detector that judges by a continuous score; what is there or not (stuck, silence) has none to rank.</summary>
    private const string ScoredKind = "combined";

    private static readonly TwinCatalogue Catalogue = new(PlantModel.Empty);
    private static (long Samples, TimeSpan Elapsed) work;
    private readonly TwinEngine engine;
    private readonly TwinOutput output = new();
    private readonly HashSet<(string Detector, int Metric)> open = [];
    private readonly List<DetectorStanding> standings = [];

    private UnconfiguredTwin(Recording recording) => engine = new TwinEngine(
        Catalogue.For("bench:" + recording.Name, [.. recording.Metrics.Select(m => new TwinMetric(m, IsText: false))]).Definition);

    /// <summary>Over all recordings so far; 0 before the first.</summary>
    public static double SamplesPerSecond => work.Elapsed > TimeSpan.Zero ? work.Samples / work.Elapsed.TotalSeconds : 0;

    /// <summary>Where to leave what was said of each recording; null: nowhere.</summary>
    public static string? VerdictFolder { get; set; }

    public static Verdicts Observe(Recording recording)
    {
        var twin = new UnconfiguredTwin(recording);
        double[] scores = new double[recording.Rows];
        bool[] isAlerted = new bool[recording.Rows];
        List<(string, int, int)> raised = [];
        long started = Stopwatch.GetTimestamp();
        for (int row = 0; row < recording.Rows; row++)
        {
            bool isNews = twin.Take(recording, row);
            twin.Follow(row, raised);
            isAlerted[row] = twin.open.Count > 0;
            scores[row] = isNews ? twin.Score() : 0;
        }

        work = (work.Samples + ((long)recording.Rows * recording.Metrics.Length), work.Elapsed + Stopwatch.GetElapsedTime(started));
        if (VerdictFolder is { } folder)
        {
            string path = Path.Combine(folder, recording.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, scores.Select((score, row) => FormattableString.Invariant($"{score:R},{(isAlerted[row] ? 1 : 0)}")));
        }

        return new Verdicts(scores, isAlerted, raised) { Forecasts = [.. twin.engine.Forecasts()] };
    }

    /// <summary>False for a row that is not newer than the one before: recordings repeat hours when clocks are set back.</summary>
    private bool Take(Recording recording, int row)
    {
        DateTimeOffset time = recording.Times[row];
        bool isNews = !(time <= engine.Newest);
        for (int metric = 0; metric < recording.Metrics.Length; metric++)
        {
            engine.Observe(new TwinSample(metric, time, time, recording.Values[row][metric]), output);
        }

        engine.CatchUp(output);
        return isNews;
    }

    private void Follow(int row, List<(string, int, int)> raised)
    {
        foreach (Anomaly anomaly in output.Anomalies)
        {
            (string, int) subject = (anomaly.Detector.Id, anomaly.Metric);
            if (!anomaly.IsRaised)
            {
                open.Remove(subject);
            }
            else if (open.Add(subject))
            {
                raised.Add((anomaly.Detector.Id, anomaly.Metric, row));
            }
        }

        output.Clear();
    }

    private double Score()
    {
        double highest = 0;
        standings.Clear();
        engine.CollectDecisions(standings);
        foreach (DetectorStanding standing in standings)
        {
            if (standing is { Decision: { } decision, Detector.Kind: ScoredKind } && decision.EventTime == engine.Newest
                && double.IsFinite(decision.Score))
            {
                highest = Math.Max(highest, decision.Score / decision.Threshold);
            }
        }

        return highest;
    }
}
