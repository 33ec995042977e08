using Millwright.Alerts;
using Millwright.Core.Twins;

namespace Millwright.Grains.Tests.Core.Twins;

using Arrival = (int Metric, double Second, double Value, string? Text, double At);

/// <summary>A twin that is taken back to an older state, behind what people were told, ends where it would have ended anyway.</summary>
public sealed class FallbackTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void NetAlerts_AreThoseOfARunWithoutLoss_WhereverTheStateIsLost(int seed)
    {
        var random = new Random(seed);
        TwinDefinition definition = RewindPlant.Definition(new Random(seed));
        Arrival[] arrivals = Arrivals(random, isPaused: seed % 2 == 1);
        var straight = new RewindRun(definition);
        Feed(straight, arrivals, random, looks: false);
        straight.Settle();

        var run = new RewindRun(definition);
        int done = 0;
        while (done < arrivals.Length)
        {
            byte[] state = run.Save();
            int lost = Math.Min(arrivals.Length - done, 1 + random.Next(300));
            Feed(run, arrivals.AsSpan(done, lost), random, looks: true);
            run.FallBack(state);
            int again = lost * random.Next(3) / 2;
            Feed(run, arrivals.AsSpan(done, Math.Min(again, lost)), random, looks: true);
            run.EndBatch();
            if (again < lost)
            {
                // It dies in the replay, and what it has adopted is in its state.
                run.Restart();
                Feed(run, arrivals.AsSpan(done + again, lost - again), random, looks: true);
            }

            run.Settle();
            run.Reconcile();
            AssertOrder(run);
            done += lost;
        }

        // What waits for its turn is judged by nobody yet; the clock may say something about it.
        double newest = arrivals.Max(a => a.Second) - definition.Time.Disorder.TotalSeconds;
        Assert.Equal(straight.Alerted(newest), run.Alerted(newest));
        Assert.Equal(0, run.Repeated);
        straight.Rest();
        run.Rest();
        Assert.Equal(straight.Consumed(), run.Consumed());
    }

    [Fact]
    public void ClaimOfTheClock_IsNotTakenBack_WhileNothingRefutesIt()
    {
        TwinDefinition definition = RewindPlant.Definition(new Random(1)) with
        {
            Detectors =
            [
                Enumerable.Range(1, 20).SelectMany(seed => RewindPlant.Definition(new Random(seed)).Detectors)
                    .First(d => d.Create().Identity.Id == "quiet"),
            ],
        };
        var run = new RewindRun(definition);
        void Feed()
        {
            foreach (int second in Enumerable.Range(0, 40))
            {
                run.Observe(4, second, 5, null, second);
                run.Observe(0, second, 50, null, second);
            }

            run.EndBatch();
        }

        byte[] state = run.Save();
        Feed();
        foreach (int second in Enumerable.Range(40, 40))
        {
            run.Advance(second);
        }

        AlertEvent claim = Assert.Single(run.Told);
        run.FallBack(state);
        Feed();
        run.Reconcile();
        Assert.Equal([claim], run.Alerts.ActiveAlerts.AsEnumerable());
        Assert.Single(run.Told);

        // The sample that was only late.
        run.Observe(0, 40, 50, null, 90);
        run.EndBatch();
        Assert.Equal(AlertKind.Retracted, run.Told[^1].Kind);
        Assert.Equal(2, run.Told.Count);
    }

    private static void AssertOrder(RewindRun run)
    {
        Assert.False(run.Alerts.IsReconciling);
        Assert.Equal(run.Told.Select(t => t.Sequence).Distinct().Order(), run.Told.Select(t => t.Sequence));
        var open = run.Told.GroupBy(t => t.AlertId).Where(g => g.Last().Kind is AlertKind.Raised or AlertKind.Amended)
            .Select(g => g.Last().Id).Order(StringComparer.Ordinal);
        Assert.Equal(open, run.Alerts.ActiveAlerts.Select(a => a.Id).Order(StringComparer.Ordinal));
    }

    private static Arrival[] Arrivals(Random random, bool isPaused)
    {
        List<(int Metric, double Second, double Value, string? Text)> samples = RewindPlant.Stream(random, 500);
        samples = isPaused ? RewindPlant.Paused(samples, random) : samples;
        double most = RewindPlant.Lateness.TotalSeconds - 1;
        double share = random.NextDouble();
        return
        [
            .. samples.Select(s => (s.Metric, s.Second, s.Value, s.Text,
                At: s.Second + (random.NextDouble() < share ? random.NextDouble() * most : 0))).OrderBy(a => a.At),
        ];
    }

    /// <summary>In batches cut anew each time.</summary>
    private static void Feed(RewindRun run, ReadOnlySpan<Arrival> arrivals, Random random, bool looks)
    {
        int batch = 1 + random.Next(40);
        foreach ((int metric, double second, double value, string? text, double at) in arrivals)
        {
            run.Observe(metric, second, value, text, at);
            if (random.Next(batch) == 0)
            {
                run.EndBatch();
            }

            if (looks && random.Next(100) == 0)
            {
                run.Advance(at + random.Next(30));
            }
        }
    }
}
