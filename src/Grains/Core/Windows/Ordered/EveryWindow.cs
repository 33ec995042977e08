using Millwright.Core.State;

namespace Millwright.Core.Windows.Ordered;

/// <summary>
/// Every N samples: the present result is that of the newest N that are together. Which samples those are depends on all before them, so
/// it is a reading and never a stored result.
/// </summary>
internal sealed class EveryWindow(WindowRule rule, int metric, long expectedInterval, string[] states)
    : OrderedWindow(rule, metric, expectedInterval, states)
{
    private const byte Version = 1;
    private Stretch open = new(rule);
    private Stretch whole = new(rule);
    private RingSample last = new(Ticks.None, 0);

    public override void Observe(long ticks, double value, in StageTime time)
    {
        if (!Takes(time.State))
        {
            return;
        }

        if (open.Count == Rule.Samples)
        {
            // Complete, and told until the next ones are.
            (whole, open) = (open, new Stretch(Rule));
        }

        if (last.Ticks != Ticks.None)
        {
            open.Hold(last.Value, ticks - last.Ticks);
            open.Step(last.Value, value);
        }

        open.Add(ticks, value);
        last = new RingSample(ticks, value);
    }

    public override void CollectPresent(List<ClosedWindow> present)
    {
        Stretch told = open.Count == Rule.Samples ? open : whole;
        if (told.Count == 0)
        {
            return;
        }

        WindowAggregate aggregate = told.Aggregate;
        long length = aggregate.LastTicks + 1 - aggregate.FirstTicks;
        present.Add(new ClosedWindow
        {
            Metric = Metric,
            Kind = WindowKind.Count,
            Start = Ticks.ToInstant(aggregate.FirstTicks),
            End = Ticks.ToInstant(aggregate.LastTicks + 1),
            Revision = 0,
            IsClosed = false,
            Size = TimeSpan.FromTicks(length),
            Aggregate = aggregate,
            Completeness = Completeness(aggregate.Count, length, posts: 1),
            Detail = new WindowDetail { State = Rule.StatesLabel, Samples = Rule.Samples, Figures = told.Figures(length) },
        });
    }

    public override void Save(StateWriter writer)
    {
        writer.Byte(Version);
        open.Save(writer);
        whole.Save(writer);
        writer.Int64(last.Ticks);
        writer.Double(last.Value);
    }

    public override void Restore(StateReader reader)
    {
        reader.Version(Version);
        open = Stretch.Restore(Rule, reader);
        whole = Stretch.Restore(Rule, reader);
        last = new RingSample(reader.Int64(), reader.Double());
    }
}
