using Orleans;
using Orleans.Concurrency;

namespace Millwright.Orleans.Conformance.Lifecycle;

public interface ILifecycleGrain : IGrainWithStringKey
{
    ValueTask<int> InstanceAsync();

    Task LeaveAsync();

    /// <summary>Asks to leave, then awaits: the call still ends on this activation.</summary>
    Task<int> LeaveAndHoldAsync(string reached, string until);
}

/// <summary>Holds its OnDeactivateAsync until the test opens "<c>key</c> may go".</summary>
public interface ISlowLeaverGrain : IGrainWithStringKey
{
    Task<int> InstanceAsync();

    Task LeaveAsync();

    [AlwaysInterleave]
    Task<int> LookAsync();
}

/// <summary>Does not activate until the test opens "<c>key</c> works".</summary>
public interface IBrokenGrain : IGrainWithStringKey
{
    Task<string> EchoAsync(string text);
}

/// <summary>Tells another grain when it goes.</summary>
public interface ILastWordsGrain : IGrainWithStringKey
{
    Task WakeAsync(string successor);
}
