using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>All that a rule wants to know of samples in order, of a window that only grows. Mergeable.</summary>
internal sealed class Stretch(WindowRule rule)
{
    private WindowAggregate aggregate;
    private ValueShape? shape = ValueShape.For(rule, canForget: false);
    private ValueFlow? flow = rule.Wants(WindowAggregates.Ordered) ? new ValueFlow() : null;

    public WindowAggregate Aggregate => aggregate;

    public long Count => aggregate.Count;

    public void Add(long ticks, double value)
    {
        aggregate.Add(ticks, value);
        shape?.Add(value);
    }

    public void Hold(double value, long ticks) => flow?.Hold(value, ticks);

    public void Step(double from, double to) => flow?.Count(from, to);

    public void Merge(Stretch other)
    {
        aggregate.Merge(other.aggregate);
        if (other.shape is not null)
        {
            shape?.Merge(other.shape);
        }

        if (other.flow is not null)
        {
            flow?.Merge(other.flow);
        }
    }

    /// <param name="length">Of the window, in ticks.</param>
    public ImmutableArray<NamedFigure> Figures(long length) => WindowFigures.Of(rule, new WindowParts(aggregate, shape, flow, length));

    public void Save(StateWriter writer)
    {
        AggregateColumns.Save(writer, aggregate.Count == 0 ? [] : [aggregate]);
        shape?.Save(writer);
        flow?.Save(writer);
    }

    /// <summary>Bytes of the same rule.</summary>
    public static Stretch Restore(WindowRule rule, StateReader reader)
    {
        var stretch = new Stretch(rule);
        WindowAggregate[] read = AggregateColumns.Restore(reader, 1, AggregateColumns.Version);
        stretch.aggregate = read.Length == 0 ? default : read[0];
        if (stretch.shape is not null)
        {
            stretch.shape = ValueShape.Restore(reader);
        }

        if (stretch.flow is not null)
        {
            stretch.flow = ValueFlow.Restore(reader);
        }

        return stretch;
    }
}
