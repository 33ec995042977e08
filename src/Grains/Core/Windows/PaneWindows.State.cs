using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>The stored form of panes.</summary>
internal sealed partial class PaneWindows
{
    private const byte Version = AggregateColumns.Version;

    /// <summary>With what the rule wants beyond the default aggregates behind the rest; others are stored as ever.</summary>
    private const byte ShapeVersion = 3;

    public override void Save(StateWriter writer)
    {
        writer.Byte(hasShape ? ShapeVersion : Version);
        writer.Int64(nextClose);
        writer.Int64(issuedThrough);
        writer.Int64(floor);
        var aggregates = new WindowAggregate[panes.Count];
        for (int i = 0; i < aggregates.Length; i++)
        {
            aggregates[i] = panes[i].Aggregate;
        }

        AggregateColumns.Save(writer, aggregates);
        writer.Int32(amendments.Count);
        foreach (ref readonly Amendment amendment in amendments.Span)
        {
            writer.Int64(amendment.End);
            writer.Int32(amendment.Revision);
        }

        for (int i = 0; hasShape && i < panes.Count; i++)
        {
            SaveShape(writer, panes[i].Shape);
        }
    }

    public override void Restore(StateReader reader)
    {
        byte version = reader.Version(ShapeVersion);
        nextClose = reader.Int64();
        issuedThrough = reader.Int64();
        floor = reader.Int64();
        panes.Clear();
        foreach (WindowAggregate aggregate in AggregateColumns.Restore(reader, MaxPanes, version))
        {
            panes.Add(new Pane { Start = Ticks.Floor(aggregate.FirstTicks, hop, offset), Aggregate = aggregate });
        }

        amendments.Clear();
        for (int left = reader.Count(12); left > 0; left--)
        {
            amendments.Add(new Amendment { End = reader.Int64(), Revision = reader.Int32() });
        }

        for (int i = 0; version == ShapeVersion && i < panes.Count; i++)
        {
            panes[i].Shape = RestoreShape(reader);
        }
    }
}
