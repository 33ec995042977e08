using System.Buffers;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>Drives one detector and keeps what it found.</summary>
internal sealed class DetectorRun(IDetector detector)
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public List<Anomaly> Findings { get; } = [];

    public IEnumerable<Anomaly> Raised => Findings.Where(finding => finding.IsRaised);

    public static DetectorRun Of(string kind, int metrics = 1, params (string Name, double Value)[] parameters) =>
        new(Create(kind, metrics, parameters));

    public static IDetector Create(string kind, int metrics, params (string Name, double Value)[] parameters) => DetectorFactory.Create(
        new DetectorIdentity("detector-1", kind, "1"),
        [.. Enumerable.Range(0, metrics)],
        parameters.ToDictionary(pair => pair.Name, pair => pair.Value));

    public DetectorRun Observe(double seconds, double value, int metric = 0, string state = "running")
    {
        DateTimeOffset at = Start.AddSeconds(seconds);
        Observe(detector, new Observation(metric, at, value, default), new DetectionContext(state, at), Findings);
        return this;
    }

    public DetectorRun Advance(double seconds)
    {
        DateTimeOffset now = Start.AddSeconds(seconds);
        detector.Advance(now, new DetectionContext("running", now), Findings);
        return this;
    }

    /// <summary>Adds what is found, but not what the clock has claimed before: told twice it is one finding.</summary>
    public static void Observe(IDetector detector, in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int before = findings.Count;
        detector.Observe(observation, context, findings);
        if (detector is IWatchesTime && findings.Count > before)
        {
            DropRepeated((List<Anomaly>)findings, before);
        }
    }

    /// <summary>Each finding as <c>+12</c> (raised at second 12) or <c>-15</c>.</summary>
    public string Story() => string.Join(" ", Findings.Select(finding =>
        FormattableString.Invariant($"{(finding.IsRaised ? '+' : '-')}{(finding.EventTime - Start).TotalSeconds}")));

    public static byte[] Bytes(IDetector detector)
    {
        ArrayBufferWriter<byte> buffer = new();
        detector.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    public static void Restore(IDetector detector, byte[] state)
    {
        StateReader reader = new(state);
        detector.Restore(reader);
        Assert.True(reader.IsAtEnd, "a state must be read to its last byte");
    }

    private static void DropRepeated(List<Anomaly> findings, int from)
    {
        for (int i = from; i < findings.Count; i++)
        {
            int last = i == 0 ? -1 : findings.FindLastIndex(i - 1, f => f.Metric == findings[i].Metric);
            if (last >= 0 && findings[last].IsRaised == findings[i].IsRaised)
            {
                findings.RemoveAt(i--);
            }
        }
    }
}
