using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer of one activation; it dies with it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>During a tick this takes effect when the tick ends.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a grain timer ticks.</summary>
#pragma warning disable CA1815 // Orleans' own shape: a value nobody compares.
public readonly struct GrainTimerCreationOptions()
#pragma warning restore CA1815
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    public required TimeSpan DueTime { get; init; }

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/> ticks once.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>A tick may start while a call is awaiting.</summary>
    public bool Interleave { get; init; }

    /// <summary>A tick counts as use, so it keeps the activation from idle collection.</summary>
    public bool KeepAlive { get; init; }
}
