namespace Orleans.Runtime;

/// <summary>Starts things that outlive the call that starts them, so they must not carry that call's context along.</summary>
internal static class Unflowed
{
    /// <summary>An unarmed timer.</summary>
    public static ITimer Timer(TimeProvider time, TimerCallback callback, object state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
