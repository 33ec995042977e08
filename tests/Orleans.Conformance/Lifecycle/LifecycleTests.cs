using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Lifecycle;

public sealed class LifecycleTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task NextCallActivatesAgain_AfterDeactivateOnIdle()
    {
        var grain = silo.Grain<ILifecycleGrain>("again");
        int before = await grain.InstanceAsync();

        await grain.LeaveAsync();
        await silo.Stage.Reached("again down");
        int after = await grain.InstanceAsync();

        Assert.NotEqual(before, after);
        Assert.Equal(
            ["again up", "again down ApplicationRequested", "again up"],
            silo.Stage.Log.Where(static l => l.StartsWith("again ", StringComparison.Ordinal)));
        Assert.Contains($"{before} disposed", silo.Stage.Log);
    }

    [Fact]
    public async Task RunningCallEndsOnItsActivation_WhenItAskedToLeave()
    {
        var grain = silo.Grain<ILifecycleGrain>("leaving");
        int before = await grain.InstanceAsync();
        Task<int> call = grain.LeaveAndHoldAsync("leaving-held", "leaving-go");
        await silo.Stage.Reached("leaving-held");

        Task<int> next = grain.InstanceAsync().AsTask();
        silo.Stage.Open("leaving-go");

        Assert.Equal(before, await call);
        Assert.NotEqual(before, await next.WaitAsync(Stage.Patience));
    }

    [Fact]
    public async Task NeverTwoAreAlive_WhenCallsComeDuringDeactivation()
    {
        var grain = silo.Grain<ISlowLeaverGrain>("slow");
        int before = await grain.InstanceAsync();
        await grain.LeaveAsync();
        await silo.Stage.Reached("slow going");

        Task<int>[] calls = [grain.InstanceAsync(), grain.LookAsync(), grain.InstanceAsync()];
        silo.Stage.Open("slow may go");
        int[] after = await Task.WhenAll(calls).WaitAsync(Stage.Patience);

        Assert.Single(after.Distinct());
        Assert.NotEqual(before, after[0]);
        Assert.Equal(
            ["slow up", "slow down", "slow up"],
            silo.Stage.Log.Where(static l => l.StartsWith("slow ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task CallerGetsTheException_WhenActivationFails_AndTheNextCallTriesAnew()
    {
        var grain = silo.Grain<IBrokenGrain>("broken");

        var thrown = await Assert.ThrowsAsync<ArithmeticException>(() => grain.EchoAsync("one"));
        Assert.Equal("does not come up", thrown.Message);

        silo.Stage.Open("broken works");
        Assert.Equal("two", await grain.EchoAsync("two"));
    }

    [Fact]
    public async Task CallsAllEnd_WhenActivationsComeAndGoUnderLoad()
    {
        var grain = silo.Grain<ILifecycleGrain>("restless");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                try
                {
                    await (i % 10 == caller ? grain.LeaveAsync() : grain.InstanceAsync().AsTask());
                }
                catch (OrleansException)
                {
                    // Refused after two forwards, which Orleans may do; what counts here is who is alive, and when.
                }
            }
        }))).WaitAsync(Stage.Patience);

        string[] log = [.. silo.Stage.Log.Where(static l => l.StartsWith("restless ", StringComparison.Ordinal))];
        Assert.All(log.Select(static (entry, i) => (entry, i)), static pair => Assert.StartsWith(
            pair.i % 2 == 0 ? "restless up" : "restless down", pair.entry, StringComparison.Ordinal));
    }
}
