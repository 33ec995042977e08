using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// The trailing window of one signal: the samples of the last size, or the last N of them, judged at every sample. Half-open as all
/// windows are: at a sample of instant t it is [t − size + 1 tick, t + 1 tick), so it has exactly its size, holds the sample that it is
/// judged at, and lets go of one that is exactly the size older.
/// Intuition: sums that are exact can be taken back exactly, so a sample is added once and taken away once, whatever the size.
/// Method: moments, powers, sketch and area subtract; minimum and maximum by <see cref="SlidingExtreme"/>. The refused alternative, two
/// stacks of partial aggregates (Tangwongsan, Hirzel and Schneider, VLDB 2015), needs no subtraction, but merges sketches at each sample.
/// The trap: with rounded sums this drifts, and after 1e15 has passed through, 0.001 is never seen again.
/// Samples must come in event-time order: whoever keeps one is in the ordered stage, or a detector there.
/// Memory: 16 bytes a sample, the same compressed once snapshots are taken (2 to 9 bytes), and what descends in the extremes.
/// </summary>
internal sealed class SlidingWindow
{
    private const byte Version = 1;
    private readonly WindowRule rule;
    private readonly long size;
    private readonly int limit;
    private readonly SampleRing samples = new();
    private ExactMoments moments;
    private SlidingExtreme maximum;
    private SlidingExtreme minimum;
    private ValueShape? shape;
    private ValueFlow? flow;

    // The newest sample that has left: its value held when the window began.
    private RingSample carry;
    private bool hasCarry;
    private long first;
    private long judgedAt = Ticks.None;
    private int narrowIn;

    /// <param name="rule">Sliding, or the last N of count.</param>
    public SlidingWindow(WindowRule rule)
    {
        rule.Validate();
        Invariant.Holds(rule.Kind is WindowKind.Sliding or WindowKind.Count && !rule.IsEvery);
        this.rule = rule;
        size = rule.Kind == WindowKind.Sliding ? rule.Size.Ticks : 0;
        limit = size > 0 ? WindowRule.MaxSamples : rule.Samples;
        Forget();
    }

    public int Count => samples.Count;

    /// <summary>Samples have left early, because there were more than a window holds; until as many came again.</summary>
    public bool IsCut => size > 0 && hasCarry && judgedAt != Ticks.None && carry.Ticks > judgedAt - size;

    /// <summary>Bytes held.</summary>
    public int Size => 400 + samples.Size + maximum.Size + minimum.Size + (shape?.Size ?? 0) + (flow is null ? 0 : 216);

    /// <summary>First instant inside; meaningful once something was added.</summary>
    public long Start => size > 0 ? judgedAt - size + 1 : Count > 0 ? samples.First.Ticks : judgedAt;

    /// <summary>First instant after it.</summary>
    public long End => judgedAt + 1;

    /// <summary>The default aggregates at the instant last judged; empty when nothing is in the window.</summary>
    public WindowAggregate Current => Count == 0 ? default : WindowAggregate.From(
        Count,
        (samples.First.Ticks, samples.Last.Ticks),
        (-minimum.Value, maximum.Value),
        (samples.First.Value, samples.Last.Value),
        moments);

    /// <summary>What the rule wants beside them.</summary>
    public ImmutableArray<NamedFigure> Figures() => rule.Aggregates == WindowAggregates.None
        ? [] : WindowFigures.Of(rule, new WindowParts(Current, shape, FlowNow(), size > 0 ? size : End - Start));

    /// <summary>Takes a good sample; not older than what was judged.</summary>
    public void Add(long ticks, double value)
    {
        Advance(ticks);
        while (Count >= limit)
        {
            RemoveFirst();
        }

        Take(ticks, value);
    }

    /// <summary>Judges the window at an instant without a sample.</summary>
    public void Advance(long ticks)
    {
        Invariant.Holds(ticks >= judgedAt);
        judgedAt = ticks;
        while (size > 0 && Count > 0 && samples.First.Ticks <= ticks - size)
        {
            RemoveFirst();
        }
    }

    public double? Quantile(double share) => Count == 0 ? null : shape?.Quantile(share, -minimum.Value, maximum.Value);

    public double? Kurtosis() => Count == 0 ? null : shape?.Kurtosis(moments, Count);

    public double? TimeWeightedMean() => FlowNow()?.Mean() ?? (flow is null || Count == 0 ? null : samples.Last.Value);

    public double? CounterRate() => FlowNow()?.CounterRate();

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int64(judgedAt);
        writer.Boolean(hasCarry);
        writer.Int64(carry.Ticks);
        writer.Double(carry.Value);
        samples.Save(writer);
    }

    /// <summary>The sums are made again from the samples: exact, so they are what they were.</summary>
    public void Restore(StateReader reader)
    {
        reader.Version(Version);
        Forget();
        judgedAt = reader.Int64();
        hasCarry = reader.Boolean();
        carry = new RingSample(reader.Int64(), reader.Double());
        foreach (RingSample sample in samples.Restore(reader, WindowRule.MaxSamples))
        {
            Take(sample.Ticks, sample.Value);
        }
    }

    private void Forget()
    {
        shape = ValueShape.For(rule, canForget: true);
        flow = rule.Wants(WindowAggregates.Ordered) ? new ValueFlow() : null;
        (moments, maximum, minimum, first, narrowIn) = (default, default, default, 0, 0);
    }

    private void Take(long ticks, double value)
    {
        if (flow is not null)
        {
            TakeFlow(ticks, value);
        }

        if (Count == 0)
        {
            moments.Start(value);
        }
        else
        {
            moments.Add(value);
        }

        maximum.Add(first + Count, value);
        minimum.Add(first + Count, -value);
        shape?.Add(value);
        samples.Add(ticks, value);
    }

    private void TakeFlow(long ticks, double value)
    {
        if (Count > 0)
        {
            RingSample last = samples.Last;
            flow!.Hold(last.Value, ticks - last.Ticks);
            flow.Count(last.Value, value);
        }
        else if (hasCarry)
        {
            flow!.Count(carry.Value, value);
        }
    }

    private void RemoveFirst()
    {
        RingSample gone = samples.First;
        if (flow is not null)
        {
            if (hasCarry)
            {
                flow.Uncount(carry.Value, gone.Value);
            }

            if (Count > 1)
            {
                flow.Hold(gone.Value, gone.Ticks - samples.Second.Ticks);
            }
        }

        samples.RemoveFirst();
        moments.Remove(gone.Value);
        maximum.Remove(first);
        minimum.Remove(first);
        shape?.Remove(gone.Value);
        first++;
        (carry, hasCarry) = (gone, true);
        if (--narrowIn <= 0)
        {
            Narrow();
        }
    }

    /// <summary>
    /// Once for as many samples as the window has: a distant value that was in the way has left by then, and words are fast again.
    /// </summary>
    private void Narrow()
    {
        narrowIn = Math.Max(64, Count);
        if (moments.IsWide)
        {
            moments = ExactMoments.From(moments.Wide());
        }

        shape?.Narrow();
        flow?.Narrow();
    }

    /// <summary>With the value that held at the beginning, and the last one until now.</summary>
    private ValueFlow? FlowNow()
    {
        if (flow is null || (Count == 0 && !hasCarry) || judgedAt == Ticks.None)
        {
            return null;
        }

        ValueFlow now = flow.Copy();
        RingSample last = Count > 0 ? samples.Last : carry;
        if (hasCarry && Count > 0)
        {
            // Of the last N the window begins with the sample before them: N steps of a counter take N intervals.
            long begin = size > 0 ? Math.Max(judgedAt - size, carry.Ticks) : carry.Ticks;
            now.Hold(carry.Value, samples.First.Ticks - begin);
        }

        now.Hold(last.Value, judgedAt - (Count > 0 || size == 0 ? last.Ticks : Math.Max(judgedAt - size, last.Ticks)));
        return now;
    }
}
