using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Millwright.Orleans.Conformance.Calls;
using Millwright.Orleans.Conformance.Lifecycle;
using Millwright.Testing.Time;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Local;

/// <summary>Time by hand: the local runtime takes every deadline, age and period from the registered TimeProvider.</summary>
public sealed class ManualTimeTests : IAsyncLifetime
{
    private readonly ManualTimeProvider time = new();
    private TestSilo silo = null!;

    public async Task InitializeAsync() => silo = await TestSilo.StartAsync(builder =>
    {
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
        builder.Configure<GrainCollectionOptions>(static o =>
        {
            o.CollectionAge = TimeSpan.FromMinutes(10);
            o.ClassSpecificCollectionAge[typeof(SlowLeaverGrain).FullName!] = TimeSpan.FromHours(1);
        });
    });

    public async Task DisposeAsync() => await silo.DisposeAsync();

    [Fact]
    public async Task CallTimesOut_ExactlyAtTheResponseTimeout()
    {
        var grain = silo.Grain<ICallGrain>("held");
        Task call = grain.HoldAsync("held", "never-opened");
        await silo.Stage.Reached("held");

        time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(1));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(2));

        await Assert.ThrowsAsync<TimeoutException>(() => call);
        silo.Stage.Open("never-opened");
    }

    [Fact]
    public async Task CallThatTimedOutWaiting_DoesNotRunLater()
    {
        var grain = silo.Grain<ICallGrain>("expired");
        Task held = grain.HoldAsync("expired-held", "expired-go");
        await silo.Stage.Reached("expired-held");
        Task waiting = grain.HoldAsync("expired-ran", "expired-go");

        time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        await Assert.ThrowsAsync<TimeoutException>(() => held);
        silo.Stage.Open("expired-go");
        await grain.EchoAsync("after");

        Assert.False(silo.Stage.IsOpen("expired-ran"));
    }

    [Fact]
    public async Task UnusedGrainGoes_WhenItsAgeIsOver()
    {
        var grain = silo.Grain<ILifecycleGrain>("idle");
        int before = await grain.InstanceAsync();

        time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(silo.Stage.IsOpen("idle down"));
        Assert.Equal(before, await grain.InstanceAsync());

        // Use is seen at the next look, so the age counts from there: one quantum later at most.
        time.Advance(TimeSpan.FromMinutes(11));
        await silo.Stage.Reached("idle down");
        Assert.Contains("idle down ActivationIdle", silo.Stage.Log);
        Assert.NotEqual(before, await grain.InstanceAsync());
    }

    [Fact]
    public async Task AgeIsTakenByClass_WhenOneIsGiven()
    {
        var grain = silo.Grain<ISlowLeaverGrain>("long-lived");
        int before = await grain.InstanceAsync();

        time.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(before, await grain.InstanceAsync());
        silo.Stage.Open("long-lived may go");
    }

    [Fact]
    public async Task TimerTicksInsideAdvance_WhenTheGrainIsQuiet()
    {
        var grain = silo.Grain<IPeriodicGrain>("periodic");
        await grain.StartAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));

        time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal(0, await grain.TicksAsync());
        time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(1, await grain.TicksAsync());
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(5, await grain.TicksAsync());
    }

    [Fact]
    public async Task GrainIsNotKept_ByATimerThatDoesNotKeepAlive()
    {
        var grain = silo.Grain<IPeriodicGrain>("ticking");
        await grain.StartAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromMinutes(12));

        await silo.Stage.Reached("ticking down");
    }
}

public interface IPeriodicGrain : IGrainWithStringKey
{
    ValueTask StartAsync(TimeSpan due, TimeSpan period);

    ValueTask<int> TicksAsync();
}

public sealed class PeriodicGrain(Stage stage) : Grain, IPeriodicGrain
{
    private int ticks;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Open($"{this.GetPrimaryKeyString()} down");
        return Task.CompletedTask;
    }

    public ValueTask StartAsync(TimeSpan due, TimeSpan period)
    {
        this.RegisterGrainTimer(
            () =>
            {
                ticks++;
                return Task.CompletedTask;
            },
            due,
            period);
        return default;
    }

    public ValueTask<int> TicksAsync() => ValueTask.FromResult(ticks);
}
