using Orleans;
using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Calls;

public sealed class CallTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task GrainKnowsItsKey_WhenCalled()
    {
        Assert.Equal("acme.lyon:press-04", await silo.Grain<ICallGrain>("acme.lyon:press-04").KeyAsync());
    }

    [Fact]
    public async Task CallerGetsTheException_WhenTheGrainThrowsAfterAwaiting()
    {
        var thrown = await Assert.ThrowsAsync<ArithmeticException>(() => silo.Grain<ICallGrain>("throws").ThrowAsync("by zero"));

        Assert.Equal("by zero", thrown.Message);
    }

    [Fact]
    public async Task CallItselfDoesNotThrow_WhenTheGrainThrowsAtOnce()
    {
        ValueTask<int> call = silo.Grain<ICallGrain>("throws").ThrowAtOnceAsync("by zero");

        var thrown = await Assert.ThrowsAsync<ArithmeticException>(async () => await call);
        Assert.Equal("by zero", thrown.Message);
    }

    [Fact]
    public async Task GrainAnswersAgain_AfterItThrew()
    {
        var grain = silo.Grain<ICallGrain>("recovers");
        await Assert.ThrowsAsync<ArithmeticException>(() => grain.ThrowAsync("once"));

        Assert.Equal("hello", await grain.EchoAsync("hello"));
    }

    [Fact]
    public async Task CallerGetsTimeoutException_WhenTheAnswerTakesTooLong()
    {
        Task call = silo.Grain<ICallGrain>("never").NeverAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(Stage.Patience));
        Assert.True(call.IsFaulted, "The call itself must have ended, not the test's patience.");
    }

    [Fact]
    public async Task CycleOfCallsEndsInTimeoutException_WhenNoGrainIsReentrant()
    {
        var first = silo.Grain<ICallGrain>("cycle-1");
        Task call = first.CallThereAndBackAsync(silo.Grain<ICallGrain>("cycle-2"));

        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(Stage.Patience));
        Assert.True(call.IsFaulted, "The call itself must have ended, not the test's patience.");
        Assert.Equal("free again", await first.EchoAsync("free again"));
    }

    [Fact]
    public async Task GrainSeesTheToken_WhenItsCallerCancels()
    {
        using var source = new CancellationTokenSource();
        Task call = silo.Grain<ICallGrain>("cancelled").AwaitTokenAsync("token", source.Token);
        await silo.Stage.Reached("token");

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await silo.Stage.Reached("token-cancelled");
    }

    [Fact]
    public async Task CallEnds_WhenItIsCancelledBeforeItsTurn()
    {
        var grain = silo.Grain<ICallGrain>("cancelled-waiting");
        Task held = grain.HoldAsync("cancel-held", "cancel-go");
        await silo.Stage.Reached("cancel-held");
        using var source = new CancellationTokenSource();
        Task waiting = grain.AwaitTokenAsync("not-reached", source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Stage.Patience));
        silo.Stage.Open("cancel-go");
        await held;
    }

    [Fact]
    public async Task OneWayCallerDoesNotHear_WhenTheGrainThrows()
    {
        await silo.Grain<ICallGrain>("one-way").TellAsync("told");

        await silo.Stage.Reached("told");
    }

    [Fact]
    public async Task RequestContextFlowsDown_AndNotUp()
    {
        RequestContext.Set("down", "yes");
        string? seen = await silo.Grain<ICallGrain>("context").ContextAsync("down");
        await silo.Grain<ICallGrain>("context").SetContextAsync("up", "no");

        Assert.Equal("yes", seen);
        Assert.Null(RequestContext.Get("up"));
        RequestContext.Clear();
    }

    [Fact]
    public async Task ReferenceToItself_IsEqualToItsCallersReference()
    {
        var grain = silo.Grain<ICallGrain>("self");

        ICallGrain self = await grain.SelfAsync();

        Assert.Equal(grain.GetGrainId(), self.GetGrainId());
        Assert.Equal(grain, self);
        Assert.Equal("self", self.GetPrimaryKeyString());
    }

    [Fact]
    public async Task ChainOfCallsCompletes_WhenItIsDeep()
    {
        Assert.Equal(2_000, await silo.Grain<ICallGrain>("depth").DepthAsync(2_000));
    }
}
