using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Xunit.Abstractions;

namespace Millwright.Core.Peers;

/// <summary>
/// Real machines of one type, each left out once: its peers' histories make the prior, and it begins with it or with nothing. The recordings
/// lie beside the repository; without them there is nothing to measure.
/// </summary>
public sealed class PriorRecordingTests(ITestOutputHelper log)
{
    /// <summary>Of a life to failure, the part in which every alarm counts as false.</summary>
    private const double Healthy = 0.3;
    private const int FaultRow = 15;

    /// <summary>Every so many engines of a hundred is left out; 1 for the full figures.</summary>
    private static readonly int Stride = int.Parse(
        Environment.GetEnvironmentVariable("MILLWRIGHT_PRIOR_STRIDE") ?? "10", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("robust-z", 0.9)]
    [InlineData("mahalanobis", 0.1)]
    [InlineData("t2-spe", 0.9)]
    public void Engines_JudgeFromTheFirstSample_AndCryNoMore(string kind, double found)
    {
        Machine[] fleet = Turbofans();
        if (fleet.Length > 0)
        {
            Compare(new Expected("FD001", kind, found, 0.02), fleet, Stride, machine => fleet.Where(m => m != machine).OrderBy(m =>
                (m.Number - machine.Number + fleet.Length) % fleet.Length).Take(10));
        }
    }

    /// <summary>Of each load there are two bearings, so each has one peer: too few for a detector of several metrics.</summary>
    [Fact]
    public void Bearings_JudgeFromTheFirstSample_AndCryNoMore()
    {
        Machine[] fleet = Bearings();
        if (fleet.Length > 0)
        {
            Compare(new Expected("FEMTO", RobustZParameters.Name, 0.6, 0.5), fleet, 1, machine => fleet.Where(m => m != machine && m.Group == machine.Group));
        }
    }

    private void Compare(Expected expected, Machine[] fleet, int stride, Func<Machine, IEnumerable<Machine>> peersOf)
    {
        (string set, string kind, double found, double falsePerMachine) = expected;
        var with = new Tally();
        var without = new Tally();
        for (int i = 0; i < fleet.Length; i += stride)
        {
            Machine machine = fleet[i];
            ImmutableArray<PriorFigures> priors = PriorMaker.Make([.. peersOf(machine).Select(Survey)], machine.Metrics, _ => "");
            Assert.All(priors, p => Assert.True(PriorText.TryRead(PriorText.Write(p), out _, out string? fault), fault));
            Run(kind, machine, priors, with);
            Run(kind, machine, [], without);
            Break(kind, machine, priors, with);
            Break(kind, machine, [], without);
        }

        log.WriteLine($"{set} {kind}: {with.Machines} machines; with a prior {with}; without {without}");
        // The first mean of as many cells as the kind takes.
        Assert.InRange(with.MedianJudged(), 1, 11);
        Assert.True(without.MedianJudged() > 30, "There is no warm-up to be shortened.");
        Assert.True(with.FalseInWarmup <= falsePerMachine * with.Machines, $"{with.FalseInWarmup} false alarms by priors");
        Assert.True(with.Found >= found * with.Machines && without.Found < with.Found, "The faults of the warm-up are not found.");
        Assert.True(with.Failures >= without.Failures - (0.05 * with.Machines), "Failures are masked.");
    }

    /// <summary>The first half of their lives: peers in a plant are mostly in order.</summary>
    private static PeerFindings Survey(Machine machine)
    {
        var definition = new TwinDefinition { Metrics = [.. machine.Metrics.Select(m => new MetricRule { Name = m })] };
        var survey = new PeerSurvey(definition, new PeerQuestion { Metrics = machine.Metrics, HasCorrelations = true });
        for (int row = 0; row < machine.Rows.Length / 2; row++)
        {
            (int, double, string?)[] instant = [.. machine.Rows[row].Select((value, metric) => (metric, value, (string?)null))];
            survey.Observe(DetectorRun.Start.AddSeconds(row).UtcTicks, instant);
        }

        return new PeerFindings(
            machine.Name, survey.Levels(30),
            new Dictionary<string, double[]> { ["unknown"] = survey.Correlations("unknown", 30)! }, machine.Rows.Length);
    }

    private static IDetector Begin(string kind, Machine machine, ImmutableArray<PriorFigures> priors)
    {
        IDetector detector = DetectorRun.Create(kind, machine.Metrics.Length);
        foreach (PriorFigures prior in priors)
        {
            ((IAdoptsPriors)detector).Adopt(prior, [.. prior.Metrics.Select(m => machine.Metrics.IndexOf(m.Name))]);
        }

        return detector;
    }

    /// <summary>One row a second, whatever it was: the detectors' defaults are for seconds.</summary>
    private static void Run(string kind, Machine machine, ImmutableArray<PriorFigures> priors, Tally tally)
    {
        IDetector detector = Begin(kind, machine, priors);
        (List<Anomaly> findings, int judged) = Feed(detector, kind, machine, 0);
        DateTimeOffset end = DetectorRun.Start.AddSeconds(Healthy * machine.Rows.Length);
        tally.Machines++;
        tally.Judged.Add(judged == 0 ? machine.Rows.Length : judged);
        tally.False += findings.Count(f => f.IsRaised && f.EventTime < end);
        tally.FalseInWarmup += findings.Count(f => f is { IsRaised: true, PriorPeers: > 0 } && f.EventTime < end);
        tally.Failures += findings.Exists(f => f.IsRaised && f.EventTime >= end) ? 1 : 0;
    }

    /// <summary>At row 15 the first metric leaves its level by twelve of its own spreads, and stays there.</summary>
    private static void Break(string kind, Machine machine, ImmutableArray<PriorFigures> priors, Tally tally)
    {
        var healthy = new EvenSample();
        foreach (double[] row in machine.Rows[..(int)(Healthy * machine.Rows.Length)])
        {
            healthy.Add(row[0]);
        }

        (List<Anomaly> findings, _) = Feed(Begin(kind, machine, priors), kind, machine, 12 * healthy.Measure().Tail);
        tally.Found += findings.Exists(f => f.IsRaised && f.EventTime >= DetectorRun.Start.AddSeconds(FaultRow)
            && f.EventTime < DetectorRun.Start.AddSeconds(FaultRow + 45)) ? 1 : 0;
    }

    private static (List<Anomaly> Findings, int Judged) Feed(IDetector detector, string kind, Machine machine, double step)
    {
        List<Anomaly> findings = [];
        int judged = 0;
        int subject = kind == "robust-z" ? 0 : -1;
        for (int row = 0; row < machine.Rows.Length; row++)
        {
            DateTimeOffset at = DetectorRun.Start.AddSeconds(row);
            for (int metric = 0; metric < machine.Metrics.Length; metric++)
            {
                double value = machine.Rows[row][metric] + (metric == 0 && row >= FaultRow ? step : 0);
                detector.Observe(new Observation(metric, at, value, default), new DetectionContext("unknown", at), findings);
            }

            judged = judged == 0 && detector.DecisionOf(subject) is { } decision && !double.IsNaN(decision.Score) ? row + 1 : judged;
        }

        return (findings, judged);
    }

    private static Machine[] Turbofans()
    {
        if (Find("cmapss/train_FD001.txt.gz") is not { } path)
        {
            return [];
        }

        // Sensors that move at all in this set.
        int[] columns = [6, 7, 8, 11, 12, 13, 15, 16, 17, 18, 19, 21, 24, 25];
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())
            .GroupBy(row => (int)row[0])
            .Select(unit => new Machine(
                $"engine-{unit.Key}", "", unit.Key, [.. columns.Select(c => $"s{c - 4}")],
                [.. unit.OrderBy(row => row[1]).Select(row => columns.Select(c => row[c]).ToArray())]))];
    }

    private static Machine[] Bearings() => Find("femto_bearings/features") is not { } folder ? [] :
    [
        .. Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal).Select((path, i) =>
        {
            string[][] rows = [.. File.ReadLines(path).Select(line => line.Split(','))];
            string name = Path.GetFileNameWithoutExtension(path);
            return new Machine(
                name, name[..^2], i, [.. rows[0][3..]],
                [.. rows[1..].Select(row => row[3..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())]);
        }),
    ];

    private static string? Find(string name)
    {
        for (DirectoryInfo? root = new(AppContext.BaseDirectory); root is not null; root = root.Parent)
        {
            string path = Path.Combine(root.FullName, "shared", "data", name);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <param name="Found">Least share of the faults of the warm-up.</param>
    /// <param name="FalsePerMachine">Most alarms that a prior raises in the healthy part.</param>
    private sealed record Expected(string Set, string Kind, double Found, double FalsePerMachine);

    private sealed record Machine(string Name, string Group, int Number, ImmutableArray<string> Metrics, double[][] Rows);

    private sealed class Tally
    {
        public List<int> Judged { get; } = [];

        public int Machines { get; set; }

        public int False { get; set; }

        public int FalseInWarmup { get; set; }

        public int Failures { get; set; }

        public int Found { get; set; }

        public double MedianJudged() => PeerPool.Median(Judged.Select(j => (double)j));

        public override string ToString() => FormattableString.Invariant(
            $"first judged {MedianJudged()} (worst {Judged.Max()}), false {False} ({FalseInWarmup} by the prior), early faults found {Found}, failures seen {Failures}");
    }
}
