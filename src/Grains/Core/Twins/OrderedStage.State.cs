using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Core.Windows.Ordered;

namespace Millwright.Core.Twins;

/// <summary>The stored form of the ordered stage, and its snapshots in event time.</summary>
internal sealed partial class OrderedStage
{
    private const byte Version = 7;

    /// <summary>With ordered windows behind the rest; a stage without them has the version before it.</summary>
    private const byte WindowsVersion = 8;

    /// <summary>The first version with ordered windows, as every second one; the one after it keeps what detectors have open.</summary>
    private const byte FirstWindowsVersion = 4;

    /// <summary>The first version that keeps what open findings foretold.</summary>
    private const byte FirstForecastsVersion = 7;
    private object?[] pending = [];
    private int overdueChanges;
    private bool mustReport;

    public void Save(StateWriter writer)
    {
        writer.Byte(windows is null ? Version : WindowsVersion);
        State.Save(writer);
        writer.Int64(judgedAt);
        writer.Int64(stateAskedAt);
        writer.Int64(metersAt);
        writer.Int32(rankAtClock);
        writer.Int64(resetAt);
        var section = new ArrayBufferWriter<byte>();
        writer.Int32(meters.Length);
        foreach (MeterTrack meter in meters)
        {
            writer.Text(meter.Rule.Id);
            writer.Boolean(meter.Rule.IsCounter);
            section.ResetWrittenCount();
            meter.Save(new StateWriter(section));
            writer.Bytes(section.WrittenSpan);
        }

        writer.Int32(detectors.Length);
        foreach (DetectorSlot slot in detectors)
        {
            slot.Save(writer, section);
        }

        windows?.Save(writer);
    }

    /// <summary>
    /// False when the live detector of this id is not there, began afresh at the last restore, or is of another version that does not have
    /// this open too. One that was live since <paramref name="since"/> and is no longer has its alert too: where event time passed the
    /// change the alert was handed over or withdrawn, or, while late samples are not shown yet, will be.
    /// </summary>
    public bool KeepsItsFinding(string detector, string version, int metric, long since) => Array.Exists(
        detectors,
        d => d.Detector.Identity.Id == detector && d.IsRestored && (d.Detector.Identity.Version == version
            ? d.Mode == DetectorMode.Live || d.WasLive(since, Clock)
            : d.Mode == DetectorMode.Live && d.Open.ContainsKey(metric)));

    /// <summary>
    /// False when the stored state was of other detectors, meters or states than today's, so that its snapshots are worth nothing. More of
    /// them than before is no difference: what is new begins afresh.
    /// </summary>
    /// <param name="indices">Metric indices of the saved state as indices of today; -1 for a metric that is gone.</param>
    public bool Restore(StateReader reader, ReadOnlySpan<int> indices)
    {
        byte version = reader.Version(WindowsVersion);
        State.Restore(reader);
        if (version == 1)
        {
            // The first version counted here what it could not judge.
            reader.Int64();
            (judgedAt, stateAskedAt, metersAt, rankAtClock) = (Clock, Clock, Clock, int.MaxValue);
        }
        else
        {
            (judgedAt, stateAskedAt, metersAt, rankAtClock) = (reader.Int64(), reader.Int64(), reader.Int64(), reader.Int32());
            resetAt = version > 2 ? reader.Int64() : Ticks.None;
        }

        bool isSame = RestoreMeters(reader);
        isSame &= RestoreDetectors(reader, version, indices);
        if (version >= FirstWindowsVersion && version % 2 == 0)
        {
            isSame &= (windows ?? new StageWindows(definition, State.Names)).Restore(reader);
        }

        nextMeterDue = meters.Length == 0 ? Ticks.Never : meters.Min(m => m.NextDue);
        nextPass = watches.Length == 0 ? Ticks.Never : watches.Min(w => w.Watch!.NextDue);
        SeekModes();
        return isSame && version > 1;
    }

    /// <summary>All that a rewind needs, the metrics' in-order values too.</summary>
    public byte[] Snapshot()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var writer = new StateWriter(buffer);
        writer.Int32(metrics.Count);
        foreach (MetricTrack metric in metrics)
        {
            metric.SaveOrdered(writer);
        }

        Save(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Back to a snapshot; an empty one is the beginning, before any sample.</summary>
    public void Rewind(byte[] snapshot)
    {
        object?[] waits = [.. watches.Select(w => w.Watch!.TakeWaits())];
        Reset();
        if (snapshot.Length > 0)
        {
            var reader = new StateReader(snapshot);
            int count = reader.Count(20);
            for (int i = 0; i < count; i++)
            {
                metrics[i].RestoreOrdered(reader);
            }

            Restore(reader, []);
        }

        pending = waits;
    }

    /// <summary>
    /// After a rewind and its replay: what the clock has shown meanwhile is still true of what no newer sample has changed.
    /// </summary>
    public void KeepWaits()
    {
        for (int i = 0; i < watches.Length && i < pending.Length; i++)
        {
            watches[i].Watch!.KeepWaits(pending[i]!);
        }

        // The detectors are new ones, and their counts begin anew: they may by chance be what they were.
        mustReport = true;
        pending = [];
    }

    /// <summary>Collects what only the clock claims; true when it has changed since the last time.</summary>
    public bool CollectOverdue(List<Anomaly> overdue)
    {
        int changes = 0;
        foreach (DetectorSlot slot in watches)
        {
            changes = unchecked(changes + slot.Watch!.OverdueChanges);
        }

        if (changes == overdueChanges && !mustReport)
        {
            return false;
        }

        overdueChanges = changes;
        mustReport = false;
        overdue.Clear();
        foreach (DetectorSlot slot in watches)
        {
            if (slot.Mode == DetectorMode.Live)
            {
                slot.Watch!.CollectOverdue(overdue);
            }
        }

        for (int i = 0; i < overdue.Count; i++)
        {
            overdue[i] = overdue[i] with { OperatingState = State.Name, FoundAt = DateTimeOffset.MaxValue };
        }

        return true;
    }

    /// <summary>A detector of absence is told what the clock claimed in a state that is lost; true when that still holds.</summary>
    public bool Reclaim(string detector, int metric, DateTimeOffset begin) =>
        Array.Find(detectors, d =>
            d.Detector.Identity.Id == detector && d.Mode == DetectorMode.Live)?.Watch?.Reclaim(metric, begin) ?? false;

    private void Reset()
    {
        foreach (MetricTrack metric in metrics)
        {
            metric.SetOrdered(Ticks.None, 0, null);
        }

        State.Reset();
        for (int i = 0; i < meters.Length; i++)
        {
            meters[i] = MeterTrack.Create(definition.Meters[i], i, State.Names);
        }

        foreach (DetectorSlot slot in detectors)
        {
            slot.Reset();
        }

        windows?.Reset();
        (judgedAt, stateAskedAt, metersAt, rankAtClock, resetAt) = (Ticks.None, Ticks.None, Ticks.None, 0, Ticks.None);
        nextMeterDue = Ticks.Never;
        nextPass = Ticks.Never;
        SeekModes();
    }

    private bool RestoreMeters(StateReader reader)
    {
        bool isSame = true;
        for (int left = reader.Count(9); left > 0; left--)
        {
            string? id = reader.Text();
            bool isCounter = reader.Boolean();
            byte[] state = reader.Bytes();
            MeterTrack? meter = Array.Find(meters, m => m.Rule.Id == id && m.Rule.IsCounter == isCounter);
            meter?.Restore(new StateReader(state));
            isSame &= meter is not null;
        }

        return isSame;
    }

    private bool RestoreDetectors(StateReader reader, byte version, ReadOnlySpan<int> indices)
    {
        bool isSame = true;
        for (int left = reader.Count(16); left > 0; left--)
        {
            var identity = new DetectorIdentity(reader.Text() ?? "", reader.Text() ?? "", reader.Text() ?? "");
            byte[] state = reader.Bytes();
            byte[]? findings = version > FirstWindowsVersion ? reader.Bytes() : null;
            DetectorSlot? slot = Array.Find(detectors, s => s.Detector.Identity == identity);

            // Detectors keep metric indices inside. When the model has moved one of theirs, they learn again.
            if (slot is not null && !slot.IsAffectedBy(indices))
            {
                isSame &= slot.Restore(state, findings, version >= FirstForecastsVersion);
            }
            else
            {
                isSame = false;
            }
        }

        return isSame;
    }
}
