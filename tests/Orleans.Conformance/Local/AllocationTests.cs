using Millwright.Orleans.Conformance.Turns;

namespace Millwright.Orleans.Conformance.Local;

/// <summary>What only the local runtime promises: a call that completes at once costs its caller nothing but the call.</summary>
public sealed class AllocationTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int Calls = 100_000;
    private const long BytesPerCall = 64;

    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task CompletedCallAllocatesAtMost64Bytes_WhenItReturnsAValueTask()
    {
        var grain = silo.Grain<ITurnGrain>("allocation");
        await Quiet(() => grain.InstanceAsync().AsTask());

        long before = GC.GetAllocatedBytesForCurrentThread();
        int thread = Environment.CurrentManagedThreadId;
        for (int i = 0; i < Calls; i++)
        {
            await grain.InstanceAsync();
        }

        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Calls * BytesPerCall);
    }

    [Fact]
    public async Task CompletedCallAllocatesAtMost64Bytes_WhenItReturnsATask()
    {
        var grain = silo.Grain<ITurnGrain>("allocation-task");
        await Quiet(() => grain.OpenAsync("warm"));

        long before = GC.GetAllocatedBytesForCurrentThread();
        int thread = Environment.CurrentManagedThreadId;
        for (int i = 0; i < Calls; i++)
        {
            await grain.OpenAsync("warm");
        }

        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Calls * BytesPerCall);
    }

    /// <summary>Calls until one completes at once: then the activation is up, and the thread that brought it up has left it.</summary>
    private static async Task Quiet(Func<Task> call)
    {
        for (Task called = call(); !called.IsCompletedSuccessfully; called = call())
        {
            await called;
        }
    }
}
