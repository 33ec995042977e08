using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Millwright.Orleans.Conformance.Calls;

public sealed class OverloadTests
{
    [Fact]
    public async Task CallerGetsLimitExceeded_WhenTheMailboxIsFull()
    {
        await using TestSilo silo = await TestSilo.StartAsync(static builder =>
            builder.Configure<SiloMessagingOptions>(static o => o.MaxEnqueuedRequestsHardLimit = 5));
        var grain = silo.Grain<ICallGrain>("overloaded");
        Task held = grain.HoldAsync("overload-held", "overload-go");
        await silo.Stage.Reached("overload-held");

        Task<string>[] calls = [.. Enumerable.Range(0, 50).Select(i => grain.EchoAsync($"{i}"))];
        Task<string> refused = await Task.WhenAny(calls).WaitAsync(Stage.Patience);
        silo.Stage.Open("overload-go");

        await Assert.ThrowsAsync<LimitExceededException>(() => refused);
        await held;
        Assert.Equal("well again", await grain.EchoAsync("well again"));
    }
}
