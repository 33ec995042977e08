using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>The stored form.</summary>
public sealed partial class JointLevelDetector
{
    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        watched.Save(writer);

        slots.Save(writer);
        writer.Int32(slot);
        writer.Int64(cells?.Length ?? 0);
        if (cells is null)
        {
            interval.Save(writer);
            return;
        }

        cells.Save(writer);
        writer.Int64(learnedCell);
        writer.Int64(settledCell);
        writer.Int32(cellsBeyond);
        writer.Int32(restLeft);
        verdict.Save(writer);
        shift.Save(writer);
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position].Save(writer);
            writer.Double(deviances[position]);
        }

        foreach (LevelBaseline[]? state in baselines)
        {
            writer.Boolean(state is not null);
            foreach (LevelBaseline baseline in state ?? [])
            {
                baseline.Save(writer);
            }
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(StateVersion);
        watched.RequireSame(reader);
        slots.Restore(reader);
        slot = StateSlots.ReadSlot(reader);
        long length = reader.Int64();
        cells = NewCells(length);
        if (cells is null)
        {
            interval.Restore(reader);
            return;
        }

        cells.Restore(reader);
        learnedCell = version > 1 ? reader.Int64() : -1;
        settledCell = reader.Int64();
        cellsBeyond = reader.Int32();
        restLeft = reader.Int32();
        verdict = LevelVerdict.Restore(reader);
        shift.Restore(reader);
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position].Restore(reader);
            deviances[position] = reader.Double();
        }

        for (int state = 0; state < baselines.Length; state++)
        {
            baselines[state] = reader.Boolean() ? [.. Enumerable.Range(0, watched.Count).Select(_ => LevelBaseline.Restore(reader))] : null;
        }
    }

    private MetricCells? NewCells(long length)
    {
        bool isForeign = parameters.Every is { } every ? length != every.Ticks : length < 0 || length > DateTimeOffset.MaxValue.Ticks;
        return isForeign
            ? throw new StateFormatException("The cells of a level detector have another length than its parameters say.")
            : length == 0 ? null : new MetricCells(watched.Count, length);
    }
}
