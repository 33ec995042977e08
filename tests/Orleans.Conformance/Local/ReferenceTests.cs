using Millwright.Orleans.Conformance.Calls;
using Millwright.Orleans.Conformance.Turns;
using Orleans;

namespace Millwright.Orleans.Conformance.Local;

public interface IAmbiguousGrain : IGrainWithStringKey
{
    Task<string> NameAsync();
}

public sealed class OneAmbiguousGrain : Grain, IAmbiguousGrain
{
    public Task<string> NameAsync() => Task.FromResult("one");
}

public sealed class OtherAmbiguousGrain : Grain, IAmbiguousGrain
{
    public Task<string> NameAsync() => Task.FromResult("other");
}

public interface IUnimplementedGrain : IGrainWithStringKey;

/// <summary>What references do beyond calling: resolve, refuse, and keep an exception's origin.</summary>
public sealed class ReferenceTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public void BothClassesAreNamed_WhenTwoImplementAnInterface()
    {
        var thrown = Assert.Throws<ArgumentException>(() => silo.Grain<IAmbiguousGrain>("key"));

        Assert.Contains(typeof(OneAmbiguousGrain).FullName!, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(OtherAmbiguousGrain).FullName!, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClassIsChosen_WhenItsPrefixIsGiven()
    {
        var grain = silo.Client.GetGrain<IAmbiguousGrain>("key", typeof(OtherAmbiguousGrain).FullName);

        Assert.Equal("other", await grain.NameAsync());
    }

    [Fact]
    public void InterfaceIsNamed_WhenNoClassImplementsIt()
    {
        var thrown = Assert.Throws<ArgumentException>(() => silo.Grain<IUnimplementedGrain>("key"));

        Assert.Contains(typeof(IUnimplementedGrain).FullName!, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StackNamesTheGrainsMethod_WhenAnExceptionArrives()
    {
        var grain = silo.Grain<ICallGrain>("stack");

        var thrown = await Assert.ThrowsAsync<ArithmeticException>(() => grain.ThrowAsync("here"));
        var atOnce = await Assert.ThrowsAsync<ArithmeticException>(async () => await grain.ThrowAtOnceAsync("here"));

        Assert.Contains(nameof(CallGrain.ThrowAsync), thrown.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(CallGrain.ThrowAtOnceAsync), atOnce.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriterWaitsForEveryReader_WhenSeveralRun()
    {
        // Stricter than Orleans, which lets a writer in when the first of the running read-only calls ends: a grain must not rely on it.
        var grain = silo.Grain<ITurnGrain>("readers-and-writer");
        Task first = grain.HoldReadOnlyAsync("reader-1", "reader-1-go");
        Task second = grain.HoldReadOnlyAsync("reader-2", "reader-2-go");
        await silo.Stage.Reached("reader-1");
        await silo.Stage.Reached("reader-2");
        Task writer = grain.NoteAsync("writer");

        silo.Stage.Open("reader-1-go");
        await first;
        silo.Stage.Open("reader-2-go");
        await Task.WhenAll(second, writer);

        Assert.Equal("writer", silo.Stage.Log[^1]);
    }

    [Fact]
    public async Task CallerKeepsItsOwnContext_AfterAnInlineCall()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        ValueTask<int> call = silo.Grain<ITurnGrain>("context").InstanceAsync();

        Assert.Same(before, SynchronizationContext.Current);
        await call;
    }
}
