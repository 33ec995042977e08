using System.Collections.Immutable;
using Millwright.Silo.Fleet;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Testing.Time;

namespace Millwright.Silo.Tests.Api;

public sealed class FleetIndexTests
{
    private readonly ManualTimeProvider time = new(Examples.T0);
    private readonly FleetIndex index;

    public FleetIndexTests() => index = new FleetIndex(Examples.Model, time);

    [Fact]
    public void OlderRevision_IsIgnored()
    {
        Assert.True(index.Apply(Examples.Twin(Examples.Pump, 5, Examples.T0)));
        Assert.False(index.Apply(Examples.Twin(Examples.Pump, 4, Examples.T0)));
        Assert.True(index.TryGet(Examples.Pump, out ThingDocument? document));
        Assert.Equal(5, document.Revision);
    }

    [Fact]
    public void LowerRevision_IsTaken_FromTheTwinsOwnStream()
    {
        // A twin that fell back to its checkpoint before the last counts from there again.
        Assert.True(index.Apply(Examples.Twin(Examples.Pump, 50, Examples.T0), isInOrder: true));
        Assert.True(index.Apply(Examples.Twin(Examples.Pump, 7, Examples.T0), isInOrder: true));

        Assert.True(index.TryGet(Examples.Pump, out ThingDocument? document));
        Assert.Equal(7, document.Revision);
        Assert.False(index.Apply(Examples.Twin(Examples.Pump, 6, Examples.T0)));
    }

    [Fact]
    public void Changes_AreOnePerThing_OldestChangeFirst_HoweverOftenItChanged()
    {
        for (int revision = 1; revision <= 1000; revision++)
        {
            index.Apply(Examples.Twin(Examples.Pump, revision, Examples.T0, Examples.Metric("vibration", revision, Examples.T0, revision)));
        }

        index.Apply(Examples.Twin(Examples.Press, 1, Examples.T0));
        index.Apply(Examples.Twin(Examples.Mixer, 1, Examples.T0));
        index.Apply(Examples.Twin(Examples.Press, 2, Examples.T0));

        ImmutableArray<FleetChange> changes = index.ChangesSince(0);

        Assert.Equal([Examples.Pump, Examples.Mixer, Examples.Press], changes.Select(c => c.ThingId));
        Assert.Empty(index.ChangesSince(index.Ordinal));
        Assert.Equal(["twin"], index.ChangesSince(changes[1].Ordinal).Single().Features.AsEnumerable());
    }

    [Fact]
    public void MetricWithoutInterval_TurnsStale_WhenItsTwinIsIdle()
    {
        index.Apply(Examples.Twin(Examples.Press, 1, Examples.T0, Examples.Metric("force", 1, Examples.T0)));
        time.Advance(TimeSpan.FromSeconds(59));
        int early = index.Sweep();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((0, 1), (early, index.Sweep()));
        Assert.Equal(0, index.Sweep());
        Assert.True(index.TryGet(Examples.Press, out ThingDocument? document));
        Assert.Equal("stale", document.Root.GetProperty("features").GetProperty("force").GetProperty("properties")
            .GetProperty("quality").GetString());
        Assert.Equal("\"rev:1.2\"", document.ETag);
    }

    [Fact]
    public void Totals_AddUpTheFatesOfAllTwins()
    {
        index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0));
        index.Apply(Examples.Twin(Examples.Stranger, 1, Examples.T0));

        FleetTotals totals = index.Totals();

        Assert.Equal((4, 3, 2, 40), (totals.Assets, totals.Modelled, totals.Silent, totals.Fates.Total));
    }

    [Fact]
    public async Task Signal_WakesAllWaiters_AndIsNotMissed_WhenItCameBeforeTheWait()
    {
        var signal = new ChangeSignal();
        long seen = signal.Version;
        Task first = signal.WaitAsync(seen);
        Task second = signal.WaitAsync(seen);
        Assert.False(first.IsCompleted);

        signal.Pulse();

        await Task.WhenAll(first, second).WaitAsync(ApiHost.Patience);
        Assert.True(signal.WaitAsync(seen).IsCompleted);
        Assert.False(signal.WaitAsync(signal.Version).IsCompleted);
    }
}
