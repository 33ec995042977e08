using Millwright.Core.State;

namespace Millwright.Core.Windows.Ordered;

/// <summary>A <see cref="SlidingWindow"/> of a twin, judged at the newest sample that it took.</summary>
internal sealed class TrailingWindow(WindowRule rule, int metric, long expectedInterval, string[] states)
    : OrderedWindow(rule, metric, expectedInterval, states)
{
    public SlidingWindow Window { get; } = new(rule);

    public override void Observe(long ticks, double value, in StageTime time)
    {
        if (Takes(time.State))
        {
            Window.Add(ticks, value);
        }
    }

    public override void CollectPresent(List<ClosedWindow> present)
    {
        if (Window.Count == 0)
        {
            return;
        }

        long length = Window.End - Window.Start;
        bool isSized = Rule.Kind == WindowKind.Sliding;
        present.Add(new ClosedWindow
        {
            Metric = Metric,
            Kind = Rule.Kind,
            Start = Ticks.ToInstant(Window.Start),
            End = Ticks.ToInstant(Window.End),
            Revision = 0,
            IsClosed = false,
            Size = isSized ? Rule.Size : TimeSpan.FromTicks(length),
            Aggregate = Window.Current,
            Completeness = isSized ? Completeness(Window.Count, Rule.Size.Ticks, posts: 0) : Completeness(Window.Count, length, posts: 1),
            Detail = new WindowDetail { State = Rule.StatesLabel, Samples = Rule.Samples, Figures = Window.Figures() },
        });
    }

    public override void Save(StateWriter writer) => Window.Save(writer);

    public override void Restore(StateReader reader) => Window.Restore(reader);
}
