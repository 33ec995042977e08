using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Millwright.Simulation.Tests.World;

namespace Millwright.Simulation.Tests;

internal sealed record SweepResult(Coverage Coverage, IReadOnlyList<RunReport> Failed, TimeSpan Elapsed, TimeSpan Processor)
{
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Coverage.Runs / Elapsed.TotalSeconds:F0} seeds/s, {Processor.TotalMilliseconds / Coverage.Runs:F1} ms of processor each; "
        + $"{Coverage}");

    /// <summary>The seeds, and the first one's trace.</summary>
    public string Describe() =>
        $"{Failed.Count} of {Coverage.Runs} runs failed: seed {string.Join(", seed ", Failed.Take(20).Select(f => f.Options.Seed))}\n"
        + string.Join('\n', Failed.Take(20).Select(f => $"seed {f.Options.Seed}: {Cut(f.Failures[0])}"))
        + $"\n\n{(Failed.Count > 0 ? Failed[0] : null)}";

    private static string Cut(string text) => text.Length > 400 ? text[..400] : text;
}

/// <summary>Runs seeds on two threads.</summary>
internal static class Sweep
{
    private const int Threads = 2;
    private const int MostFailures = 50;

    public static SweepResult Run(IEnumerable<RunOptions> runs)
    {
        var failed = new ConcurrentBag<RunReport>();
        var coverage = new Coverage();
        var gate = new Lock();
        long started = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (options, state) =>
        {
            RunReport report = SimulatedWorld.Run(options);
            lock (gate)
            {
                coverage += report.Coverage;
            }

            if (!report.Passed)
            {
                failed.Add(report);
                if (failed.Count >= MostFailures)
                {
                    state.Stop();
                }
            }
        });
        return new SweepResult(
            coverage, [.. failed.OrderBy(f => f.Options.Seed)], Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - used);
    }

    /// <summary>Null when all pass.</summary>
    public static RunReport? FirstFailure(IEnumerable<RunOptions> runs, out int tried)
    {
        RunReport? caught = null;
        int count = 0;
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (options, state) =>
        {
            RunReport report = SimulatedWorld.Run(options);
            Interlocked.Increment(ref count);
            if (!report.Passed)
            {
                Interlocked.CompareExchange(ref caught, report, null);
                state.Stop();
            }
        });
        tried = count;
        return caught;
    }
}
