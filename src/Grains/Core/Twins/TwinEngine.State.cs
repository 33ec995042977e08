using System.Buffers;
using Millwright.Core.State;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;
using Millwright.Core.Windows.Ordered;

namespace Millwright.Core.Twins;

/// <summary>
/// The stored form. Parts are found again by name, so that a changed plant model keeps what still fits and lets the rest go.
/// </summary>
public sealed partial class TwinEngine
{
    private const byte Version = 3;

    /// <summary>With the issued windows of the ordered stage at the end; a twin without such windows is stored as ever.</summary>
    private const byte WindowsVersion = 4;

    /// <summary>With the sources' clocks behind all else; a twin whose source has no name is stored as ever.</summary>
    private const byte SourcesVersion = 5;

    /// <summary>Writes everything. Saving what was restored gives the same bytes, as long as the definition is the same.</summary>
    public void Save(StateWriter writer)
    {
        bool hasOrderedWindows = StageWindows.Exist(definition);
        writer.Byte(!sources.IsUnnamed ? SourcesVersion : hasOrderedWindows ? WindowsVersion : Version);
        Fates.Save(writer);
        writer.Int64(watermark);
        writer.Int64(newest);
        writer.Int64(arrivedAt);
        writer.Boolean(IsIdle);
        writer.Int64(OutOfRange);
        writer.Int64(ReleasedEarly);
        writer.Int32(metrics.Count);
        var section = new ArrayBufferWriter<byte>();
        foreach (MetricTrack metric in metrics)
        {
            writer.Text(metric.Rule.Name);
            writer.Boolean(metric.Rule.IsText);
            section.ResetWrittenCount();
            metric.Save(new StateWriter(section));
            writer.Bytes(section.WrittenSpan);
        }

        ordered.Save(writer);
        SaveRewind(writer);
        writer.Boolean(buffer is not null);
        buffer?.Save(writer);
        if (!sources.IsUnnamed)
        {
            writer.Boolean(hasOrderedWindows);
        }

        if (hasOrderedWindows)
        {
            SaveIssued(writer);
        }

        if (!sources.IsUnnamed)
        {
            sources.Save(writer);
        }
    }

    /// <summary>
    /// Reads into an engine that has seen nothing yet. After a <see cref="StateFormatException"/> the engine must be thrown away.
    /// </summary>
    public void Restore(StateReader reader)
    {
        Invariant.Holds(arrivedAt == Ticks.None);
        byte version = reader.Version(SourcesVersion);
        Fates.Restore(reader);
        watermark = reader.Int64();
        newest = reader.Int64();
        arrivedAt = reader.Int64();
        IsIdle = reader.Boolean();
        OutOfRange = reader.Int64();
        ReleasedEarly = reader.Int64();
        int[] moved = RestoreMetrics(reader);
        bool isSame = ordered.Restore(reader, moved);
        if (version > 1)
        {
            RestoreRewind(reader, version);
        }

        if (reader.Boolean())
        {
            // Without a buffer of its own (nothing depends on order any more) what waited is let go; windows have it.
            (buffer ?? new ReorderBuffer()).Restore(reader, moved);
        }

        if (version == WindowsVersion || (version == SourcesVersion && reader.Boolean()))
        {
            RestoreIssued(reader, moved);
        }

        if (version == SourcesVersion)
        {
            sources.Restore(reader);
            hasSources = sources.AreSeveral;
        }

        Adopt(isSame && version > 1, moved);
        nextWindowDue = Ticks.Never;
        foreach (MetricTrack metric in metrics)
        {
            foreach (WindowTracker tracker in metric.Trackers)
            {
                nextWindowDue = Math.Min(nextWindowDue, tracker.NextDue);
            }
        }
    }

    /// <summary>What is kept of the span when detectors, meters, states or metrics are no longer what they were.</summary>
    private void Adopt(bool isSame, int[] moved)
    {
        bool isGrown = metrics.Count > moved.Length;
        bool isMoved = moved.Where((m, i) => m != i).Any();
        if (isMoved || !(isSame || (isGrown && snapshots.Count > 0)))
        {
            ForgetSpan(isMoved);
        }
        else if (isGrown && snapshots.Count > 0)
        {
            // New metrics bring detectors that have not seen the span yet, nor what they share with the others.
            doubtFrom = Math.Min(doubtFrom, Math.Max(snapshots[0].Ticks, 0));
        }
    }

    private int[] RestoreMetrics(StateReader reader)
    {
        int[] moved = new int[reader.Count(9)];
        for (int i = 0; i < moved.Length; i++)
        {
            string name = reader.Text() ?? throw new StateFormatException("A metric has no name.");
            bool isText = reader.Boolean();
            byte[] state = reader.Bytes();
            moved[i] = MetricIndex(name, isText);
            if (moved[i] >= 0 && metrics[moved[i]].Rule.IsText == isText)
            {
                metrics[moved[i]].Restore(new StateReader(state));
            }
        }

        return moved;
    }
}
