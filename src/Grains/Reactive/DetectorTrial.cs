using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Detectors;

/// <summary>
/// A test of a detector of one's own in one line: <c>Assert.Equal("+12 -40", DetectorTrial.Story(new DryRun(), samples))</c>. It runs in the
/// adapter in which twins run it, once straight and once with snapshot and restore after every sample; if the two differ it throws.
/// </summary>
public static class DetectorTrial
{
    /// <summary>Each finding as <c>+12</c> (begins 12 s after the first sample) or <c>-40</c>.</summary>
    /// <exception cref="InvalidOperationException">What it finds depends on more than the samples of its memory.</exception>
    public static string Story(IReactiveDetector detector, IEnumerable<Sample> samples, params (string Name, double Value)[] parameters)
    {
        List<Sample> all = [.. samples];
        string straight = Run(detector, all, parameters, restores: false);
        string restored = Run(detector, all, parameters, restores: true);
        return straight == restored
            ? straight
            : throw new InvalidOperationException($"With a restart after every sample it finds '{restored}', without '{straight}'.");
    }

    private static string Run(IReactiveDetector detector, List<Sample> samples, (string Name, double Value)[] parameters, bool restores)
    {
        string[] names = [.. samples.Select(s => s.Metric).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, double> given = parameters.ToDictionary(p => p.Name, p => p.Value);
        List<Core.Detection.Anomaly> findings = [];
        ReactiveAdapter adapter = Make();
        foreach (Sample sample in samples)
        {
            adapter.Observe(
                new Observation(Array.IndexOf(names, sample.Metric), sample.EventTime, sample.Value, default),
                new DetectionContext(sample.OperatingState, sample.EventTime),
                findings);
            if (restores)
            {
                ArrayBufferWriter<byte> state = new();
                adapter.Save(new StateWriter(state));
                adapter.Dispose();
                adapter = Make();
                adapter.Restore(new StateReader(state.WrittenMemory));
            }
        }

        string? fault = adapter.Fault;
        adapter.Dispose();
        return fault is null
            ? string.Join(' ', findings.Select(f => Told(f, samples[0].EventTime)))
            : throw new InvalidOperationException($"It no longer works: {fault}");

        ReactiveAdapter Make() => new(
            new DetectorIdentity(detector.Kind, detector.Kind, "1"), detector, [.. names.Select((name, i) => (i, name))], given);
    }

    private static string Told(Core.Detection.Anomaly finding, DateTimeOffset start) =>
        FormattableString.Invariant($"{(finding.IsRaised ? '+' : '-')}{(finding.EventTime - start).TotalSeconds:0.###}");
}
