namespace Millwright.Orleans.Conformance.Timers;

public sealed class TimerTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task TimerTicksInOrder_UntilItIsDisposed()
    {
        var grain = silo.Grain<ITimerGrain>("counting");

        await grain.CountAsync(4);
        await silo.Stage.Reached("counting done");

        Assert.Equal(4, await grain.TicksAsync());
        Assert.Equal(
            ["counting 1", "counting 2", "counting 3", "counting 4"],
            silo.Stage.Log.Where(static l => l.StartsWith("counting ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TicksDoNotOverlap_WhenTheyAwait()
    {
        await silo.Grain<ITimerGrain>("overlapping").OverlapAsync(20);
        await silo.Stage.Reached("overlapping done");

        Assert.DoesNotContain("overlapping overlapped", silo.Stage.Log);
    }

    [Fact]
    public async Task TimerGoesOn_AfterATickThrew()
    {
        await silo.Grain<ITimerGrain>("throwing").ThrowOnceAsync();

        await silo.Stage.Reached("throwing ticked on");
    }

    [Fact]
    public async Task ChangedTimerTicks_AtItsNewTime()
    {
        var grain = silo.Grain<ITimerGrain>("changing");

        await grain.ChangeAsync();
        await silo.Stage.Reached("changing ticked");

        Assert.Equal(1, await grain.TicksAsync());
    }

    [Fact]
    public async Task InterleavingTickRuns_WhileACallAwaits()
    {
        var grain = silo.Grain<ITimerGrain>("interleaving");

        await grain.HoldAsync("interleaving ticked", interleave: true);

        Assert.Equal(
            ["interleaving ticked", "interleaving held"],
            silo.Stage.Log.Where(static l => l.StartsWith("interleaving ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OrdinaryTickWaits_WhileACallAwaits()
    {
        var grain = silo.Grain<ITimerGrain>("waiting");
        Task held = grain.HoldAsync("waiting go", interleave: false);

        silo.Stage.Open("waiting go");
        await held;
        await silo.Stage.Reached("waiting ticked");

        Assert.Equal(
            ["waiting held", "waiting ticked"],
            silo.Stage.Log.Where(static l => l.StartsWith("waiting ", StringComparison.Ordinal)));
    }
}
