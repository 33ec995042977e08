using Millwright.Orleans.Conformance.Lifecycle;
using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Turns;

/// <summary>All kinds of calls at once from many threads: none may be lost, and no two turns may meet.</summary>
public sealed class MixedLoadTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int Callers = 8;
    private const int CallsEach = 2_000;

    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task EveryCallEnds_WhenKindsAreMixed()
    {
        var grain = silo.Grain<ITurnGrain>("mixed");
        silo.Stage.Open("mixed-go");

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < CallsEach; i++)
            {
                await (((i + caller) % 5) switch
                {
                    0 => grain.CountAsync(),
                    1 => grain.InstanceAsync().AsTask(),
                    2 => grain.OpenAsync("mixed-interleaved"),
                    3 => grain.HoldReadOnlyAsync("mixed-read", "mixed-go"),
                    _ => Task.WhenAll(grain.InstanceAsync().AsTask(), grain.CountAsync()),
                });
            }
        }))).WaitAsync(Stage.Patience);

        Assert.Equal(Callers * CallsEach * 2 / 5, await grain.CountedAsync());
    }

    [Fact]
    public async Task EveryCallEnds_WhenActivationsComeAndGoMeanwhile()
    {
        ILifecycleGrain[] grains = [.. Enumerable.Range(0, 3).Select(i => silo.Grain<ILifecycleGrain>($"passing-{i}"))];
        int ended = 0;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < CallsEach; i++)
            {
                ILifecycleGrain grain = grains[(i + caller) % grains.Length];
                try
                {
                    await (i % 7 == 0 ? grain.LeaveAsync() : grain.InstanceAsync().AsTask());
                }
                catch (OrleansException)
                {
                    // A call that meets one leaving activation after another may be refused: Orleans forwards it twice and no more.
                }

                Interlocked.Increment(ref ended);
            }
        }))).WaitAsync(Stage.Patience);

        Assert.Equal(Callers * CallsEach, ended);
    }
}
