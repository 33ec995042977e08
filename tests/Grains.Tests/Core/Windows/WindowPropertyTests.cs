using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using static Millwright.Grains.Tests.Core.Windows.WindowRuns;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class WindowPropertyTests
{
    private static readonly WindowRule[] Rules = [Tumbling(10), Tumbling(7, 3), Hopping(20, 5), Session(4)];

    [Fact]
    public void ShufflingWithinTheDisorder_ChangesNoFinalResult() => Properties.Hold(Shuffled(25), c => Same(c, Time(disorder: 25, lateness: 0)));

    [Fact]
    public void ShufflingWithinTheLateness_ChangesNoFinalResult() => Properties.Hold(Shuffled(40), c => Same(c, Time(disorder: 0, lateness: 41)));

    [Fact]
    public void AnyInput_GivesTheSame_AllFourWays() => Properties.Hold(
        from times in Gen.Choose(0, 1200).Select(t => t / 4.0).ListOf()
        from metric in Gen.Choose(0, 1)
        from disorder in Gen.Elements(0, 5, 30)
        from lateness in Gen.Elements(0, 10, 60)
        select (Times: times.ToArray(), metric, disorder, lateness),
        c =>
        {
            TwinSample[] samples = [.. c.Times.Select((t, i) => Sample(t, i, (i + c.metric) % 2)).DistinctBy(s => (s.Metric, s.EventTime))];
            new WindowHarness(Time(c.disorder, c.lateness), Rules).Run(samples);
            return true;
        });

    /// <summary>A run in order, and the same run with every sample delayed by up to the bound.</summary>
    private static Gen<(double[] Ordered, double[] Shuffled)> Shuffled(int bound) =>
        from steps in Gen.Choose(1, 60).ListOf()
        from delays in Gen.Choose(0, (bound * 4) - 1).ListOf(steps.Count)
        let times = Sums(steps)
        select (times, times.Zip(delays).OrderBy(p => p.First + (p.Second / 4.0)).Select(p => p.First).ToArray());

    private static double[] Sums(IEnumerable<int> steps)
    {
        double at = 0;
        return [.. steps.Select(s => at += s / 4.0)];
    }

    private static bool Same((double[] Ordered, double[] Shuffled) c, TimeRule time)
    {
        ImmutableArray<ClosedWindow> expected = Final(c.Ordered, time);
        ImmutableArray<ClosedWindow> actual = Final(c.Shuffled, time);
        return expected.Length == actual.Length && expected.Zip(actual).All(p => IsSame(p.First, p.Second));
    }

    private static ImmutableArray<ClosedWindow> Final(double[] times, TimeRule time)
    {
        ImmutableArray<ClosedWindow> issued = new WindowHarness(time, Rules).Run([.. times.Select(t => Sample(t, Math.Sin(t)))]);
        return WindowHarness.Final(issued);
    }

    /// <summary>Sums of doubles depend on their order in the last bits; all else must be equal.</summary>
    private static bool IsSame(ClosedWindow left, ClosedWindow right) =>
        (left.Metric, left.Kind, left.Start, left.End, left.Aggregate.Count, left.Aggregate.Minimum, left.Aggregate.Maximum, left.Aggregate.First, left.Aggregate.Last)
            == (right.Metric, right.Kind, right.Start, right.End, right.Aggregate.Count, right.Aggregate.Minimum, right.Aggregate.Maximum, right.Aggregate.First, right.Aggregate.Last)
        && Math.Abs(left.Aggregate.Sum - right.Aggregate.Sum) < 1e-9
        && Math.Abs(left.Aggregate.Variance - right.Aggregate.Variance) < 1e-9;
}
