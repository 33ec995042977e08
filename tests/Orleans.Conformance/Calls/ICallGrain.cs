using Orleans;
using Orleans.Concurrency;

namespace Millwright.Orleans.Conformance.Calls;

public interface ICallGrain : IGrainWithStringKey
{
    Task<string> EchoAsync(string text);

    ValueTask<string> KeyAsync();

    Task ThrowAsync(string message);

    ValueTask<int> ThrowAtOnceAsync(string message);

    Task HoldAsync(string reached, string until);

    [ResponseTimeout("00:00:01")]
    Task NeverAsync();

    /// <summary>Calls the other, which calls back: neither can answer.</summary>
    Task CallThereAndBackAsync(ICallGrain other);

    [ResponseTimeout("00:00:01")]
    Task CallBackAsync(ICallGrain first);

    Task AwaitTokenAsync(string reached, CancellationToken token);

    [OneWay]
    Task TellAsync(string open);

    Task<string?> ContextAsync(string key);

    Task SetContextAsync(string key, string value);

    Task<ICallGrain> SelfAsync();

    Task<int> DepthAsync(int left);
}
