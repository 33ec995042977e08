using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.Peers;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>A detector in its place: what it watches, in which mode it is, and what becomes of its findings.</summary>
internal sealed class DetectorSlot
{
    private readonly DetectorRule rule;

    // By metric, -1 for several together: what it found and did not end yet.
    private readonly SortedDictionary<int, ShadowFinding> open = [];

    public DetectorSlot(DetectorRule rule)
    {
        this.rule = rule;
        Detector = rule.Create();
        Mode = ModeAt(Ticks.None);
    }

    public IDetector Detector { get; private set; }

    /// <summary>The same detector, when it also finds what does not come.</summary>
    public IWatchesTime? Watch => Detector as IWatchesTime;

    /// <summary>It took the state that a snapshot held for it.</summary>
    public bool IsRestored { get; private set; }

    public DetectorMode Mode { get; set; }

    public IReadOnlyDictionary<int, ShadowFinding> Open => open;

    /// <summary>Set while it is a shadow.</summary>
    public ShadowTally? Tally { get; set; }

    public bool Watches(MetricTrack metric) => !metric.Rule.IsText && (rule.Metrics.IsEmpty || rule.Metrics.Contains(metric.Index));

    /// <summary>The mode that holds at an instant: a function of the definition alone.</summary>
    public DetectorMode ModeAt(long ticks)
    {
        DetectorMode mode = rule.Phases.IsEmpty ? DetectorMode.Live : rule.Phases[0].Mode;
        foreach (DetectorPhase phase in rule.Phases)
        {
            mode = phase.From.UtcTicks <= ticks ? phase.Mode : mode;
        }

        return mode;
    }

    /// <summary>It was live at some instant between the two, or at one of them.</summary>
    public bool WasLive(long from, long to) =>
        ModeAt(from) == DetectorMode.Live
        || rule.Phases.Any(p => p.Mode == DetectorMode.Live && p.From.UtcTicks > from && p.From.UtcTicks <= to);

    /// <summary>The first instant after this one at which its mode changes; never when none does.</summary>
    public long ChangeAfter(long ticks)
    {
        foreach (DetectorPhase phase in rule.Phases)
        {
            if (phase.From.UtcTicks > Math.Max(ticks, 0))
            {
                return phase.From.UtcTicks;
            }
        }

        return Ticks.Never;
    }

    /// <summary>The last instant up to this one at which its mode changed; none when it always was what it is.</summary>
    public long ChangeUpTo(long ticks)
    {
        long last = Ticks.None;
        foreach (DetectorPhase phase in rule.Phases)
        {
            last = phase.From.UtcTicks > 0 && phase.From.UtcTicks <= ticks ? phase.From.UtcTicks : last;
        }

        return last;
    }

    /// <summary>Keeps in mind what begins and ends. Gives what has ended; null when it began, or nobody knew of it.</summary>
    public ShadowFinding? Follow(Anomaly finding)
    {
        if (finding.IsRaised)
        {
            open[finding.Metric] = new ShadowFinding(finding, Mode == DetectorMode.Live, null, false);
            return null;
        }

        return open.Remove(finding.Metric, out ShadowFinding? begun) ? begun with { End = finding.EventTime } : null;
    }

    /// <summary>Both the live detector and its shadow see this.</summary>
    public void MarkCommon(int metric) => open[metric] = open[metric] with { IsCommon = true };

    /// <summary>What is open counts from now on in the slot's present mode, and no other detector has seen it yet.</summary>
    public void Recount()
    {
        Tally = Mode == DetectorMode.Shadow ? new ShadowTally() : null;
        foreach (int metric in open.Keys.ToArray())
        {
            open[metric] = open[metric] with { IsLive = Mode == DetectorMode.Live, IsCommon = false };
        }
    }

    public void Save(StateWriter writer, ArrayBufferWriter<byte> section)
    {
        writer.Text(Detector.Identity.Id);
        writer.Text(Detector.Identity.Kind);
        writer.Text(Detector.Identity.Version);
        section.ResetWrittenCount();
        Detector.Save(new StateWriter(section));
        writer.Bytes(section.WrittenSpan);
        section.ResetWrittenCount();
        SaveFindings(new StateWriter(section));
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

    /// <summary>What is learned of a metric, -1 for all, is forgotten; a detector that learns nothing is left alone.</summary>
    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        IDetector judge = Detector is StateGate gate ? gate.Inner : Detector;
        if (judge is IRelearns learner)
        {
            learner.Relearn(metric, eventTime, findings);
        }
        else if (judge is ILearnsAsAWhole whole && (metric < 0 || rule.Metrics.IsEmpty || rule.Metrics.Contains(metric)))
        {
            whole.End(eventTime, findings);
            Detector = rule.Create();
        }
    }

    /// <summary>What the peers are like, for a detector that can judge by it until it has learned.</summary>
    public void Adopt(PriorFigures prior, ReadOnlySpan<int> indices) =>
        ((Detector is StateGate gate ? gate.Inner : Detector) as IAdoptsPriors)?.Adopt(prior, indices);

    /// <summary>Forgets all, as if it had seen nothing yet.</summary>
    public void Reset()
    {
        Detector = rule.Create();
        open.Clear();
        Tally = null;
    }

    /// <summary>False when it could not take the state and begins afresh.</summary>
    /// <param name="findings">Null of a state that kept none.</param>
    /// <param name="hasForecasts">False of a state that kept findings without what they foretold.</param>
    public bool Restore(byte[] state, byte[]? findings, bool hasForecasts)
    {
        try
        {
            if (findings is not null && !RestoreFindings(new StateReader(findings), hasForecasts))
            {
                // The same name and other parameters: what it learned answers another question.
                return false;
            }

            Detector.Restore(new StateReader(state));
            IsRestored = true;
            return true;
        }
        catch (StateFormatException)
        {
            // The snapshot as a whole is guarded by a checksum, so the detector's shape has changed. It begins afresh, as a new one would:
            // a twin that cannot start would be worse than one that has to learn again.
            Reset();
            return false;
        }
    }

    private void SaveFindings(StateWriter writer)
    {
        writer.Text(rule.Parameters);
        writer.Int32(open.Count);
        foreach (ShadowFinding finding in open.Values)
        {
            AnomalyState.Save(finding.Begun, writer);
            writer.Boolean(finding.IsLive);
            writer.Boolean(finding.IsCommon);
        }

        writer.Boolean(Tally is not null);
        Tally?.Save(writer);
    }

    private bool RestoreFindings(StateReader reader, bool hasForecasts)
    {
        string? parameters = reader.Text();
        if (parameters != rule.Parameters)
        {
            return false;
        }

        for (int left = reader.Count(AnomalyState.MinSize); left > 0; left--)
        {
            Anomaly begun = AnomalyState.Restore(reader, hasForecasts);
            open[begun.Metric] = new ShadowFinding(begun, reader.Boolean(), null, reader.Boolean());
        }

        Tally = reader.Boolean() ? ShadowTally.Restore(reader) : null;
        return true;
    }
}
