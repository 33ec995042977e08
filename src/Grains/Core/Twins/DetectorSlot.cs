using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Twins;

/// <summary>A detector in its place: what it watches and when it judges.</summary>
internal sealed class DetectorSlot
{
    private readonly DetectorRule rule;
    private readonly bool[]? judges;

    public DetectorSlot(DetectorRule rule, string[] states)
    {
        this.rule = rule;
        Detector = rule.Create();
        judges = rule.States.IsEmpty ? null : [.. states.Select(s => rule.States.Contains(s))];
    }

    public IDetector Detector { get; private set; }

    /// <summary>The same detector, when it also finds what does not come.</summary>
    public IWatchesTime? Watch => Detector as IWatchesTime;

    /// <summary>The same detector, when it learns what is normal.</summary>
    public IRelearns? Relearns => Detector as IRelearns;

    /// <summary>It took the state that a snapshot held for it.</summary>
    public bool IsRestored { get; private set; }

    public bool Judges(int state) => judges is null || judges[state];

    public bool Watches(MetricTrack metric) => !metric.Rule.IsText && (rule.Metrics.IsEmpty || rule.Metrics.Contains(metric.Index));

    public void Save(StateWriter writer, ArrayBufferWriter<byte> section)
    {
        writer.Text(Detector.Identity.Id);
        writer.Text(Detector.Identity.Kind);
        writer.Text(Detector.Identity.Version);
        section.ResetWrittenCount();
        Detector.Save(new StateWriter(section));
        writer.Bytes(section.WrittenSpan);
    }

    public bool IsAffectedBy(ReadOnlySpan<int> indices)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] != i && (rule.Metrics.IsEmpty || rule.Metrics.Contains(i) || rule.Metrics.Contains(indices[i])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets all, as if it had seen nothing yet.</summary>
    public void Reset() => Detector = rule.Create();

    /// <summary>False when it could not take the state and begins afresh.</summary>
    public bool Restore(byte[] state)
    {
        try
        {
            Detector.Restore(new StateReader(state));
            IsRestored = true;
            return true;
        }
        catch (StateFormatException)
        {
            // The snapshot as a whole is guarded by a checksum, so the detector's shape has changed. It begins afresh, as a new one would:
            // a twin that cannot start would be worse than one that has to learn again.
            Detector = rule.Create();
            return false;
        }
    }
}
