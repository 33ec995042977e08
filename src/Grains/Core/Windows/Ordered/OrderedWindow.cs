using Millwright.Core.State;

namespace Millwright.Core.Windows.Ordered;

/// <summary>
/// The windows of one rule over one metric where the order of samples or the operating state matters. It lives in the ordered stage:
/// samples come by event time, late ones by a rewind of the whole stage, so nothing here knows of lateness, and of revisions only
/// what is open again after it was taken back.
/// </summary>
internal abstract class OrderedWindow(WindowRule rule, int metric, long expectedInterval, string[] states)
{
    public WindowRule Rule { get; } = rule;

    /// <summary>The instant at which time alone closes something.</summary>
    public virtual long NextDue => Ticks.Never;

    protected int Metric { get; } = metric;

    /// <summary>Names of the operating states, <c>unknown</c> last.</summary>
    protected string[] States { get; } = states;

    public static OrderedWindow Create(WindowRule rule, int metric, TimeSpan? expectedInterval, string[] states)
    {
        long interval = expectedInterval?.Ticks ?? 0;
        return rule.Kind switch
        {
            WindowKind.Sliding => new TrailingWindow(rule, metric, interval, states),
            WindowKind.Count when rule.IsEvery => new EveryWindow(rule, metric, interval, states),
            WindowKind.Count => new TrailingWindow(rule, metric, interval, states),
            WindowKind.State => new StateVisits(rule, metric, interval, states),
            _ => new StatePanes(rule, metric, interval, states),
        };
    }

    /// <summary>Takes a good sample, which is newer than all before it of this metric.</summary>
    /// <param name="time">The stage's newest instant, which may be newer, with the state that holds at both.</param>
    public abstract void Observe(long ticks, double value, in StageTime time);

    /// <summary>A sample of this instant, older than the stage's newest, would leave all as if it had come in its turn.</summary>
    public virtual bool Joins(long ticks, long clock) => true;

    /// <summary>Closes what ends up to the instant; the state is the one that held until then.</summary>
    /// <param name="time">Before event time goes on to <paramref name="to"/>.</param>
    public virtual void Advance(in StageTime time, long to, List<ClosedWindow> issued)
    {
    }

    /// <summary>At the present instant another state begins.</summary>
    public virtual void Enter(in StageTime time, int next, List<ClosedWindow> issued)
    {
    }

    /// <summary>
    /// What was issued as the window from <paramref name="start"/> on has been taken back with this revision, and may be open again.
    /// </summary>
    public virtual void TakeBack(long start, int revision)
    {
    }

    /// <summary>What is open, or of windows with a result at each sample the present one.</summary>
    public abstract void CollectPresent(List<ClosedWindow> present);

    public abstract void Save(StateWriter writer);

    public abstract void Restore(StateReader reader);

    /// <summary>Same windows with the same aggregates, so that the state of one is a state of the other.</summary>
    public bool IsSameAs(WindowRule other) =>
        Rule.HasSameShape(other) && Rule.Aggregates == other.Aggregates && Rule.Quantiles.AsSpan().SequenceEqual(other.Quantiles.AsSpan())
        && Rule.States.AsSpan().SequenceEqual(other.States.AsSpan());

    protected double Completeness(long count, long span, int posts) => WindowTracker.Completeness(count, span, expectedInterval, posts);

    /// <summary>The rule takes the samples of this state.</summary>
    protected bool Takes(int state) => Rule.States.IsEmpty || Rule.States.Contains(States[state]);
}
