using Orleans;
using Orleans.Concurrency;

namespace Millwright.Orleans.Conformance.Timers;

public interface ITimerGrain : IGrainWithStringKey
{
    /// <summary>Ticks note their number; the tick <paramref name="last"/> disposes the timer and opens "<c>key</c> done".</summary>
    Task CountAsync(int last);

    /// <summary>Each tick holds the grain over an await.</summary>
    Task OverlapAsync(int last);

    /// <summary>The first tick throws.</summary>
    Task ThrowOnceAsync();

    /// <summary>Registers a timer that would never tick, and changes it to tick now.</summary>
    Task ChangeAsync();

    /// <summary>Holds the grain while an interleaving timer ticks.</summary>
    Task HoldAsync(string until, bool interleave);

    /// <summary>Registers a fast timer and leaves.</summary>
    Task LeaveTickingAsync();

    [AlwaysInterleave]
    Task<int> TicksAsync();
}
