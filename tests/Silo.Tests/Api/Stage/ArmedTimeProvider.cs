using Millwright.Testing.Time;

namespace Millwright.Silo.Tests.Api.Stage;

/// <summary>A manual clock that tells when a timer of a given length has been armed: only then may a test advance it.</summary>
internal sealed class ArmedTimeProvider(ManualTimeProvider inner, TimeSpan length) : TimeProvider
{
    private readonly TaskCompletionSource armed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = inner.CreateTimer(callback, state, dueTime, period);
        if (dueTime == length)
        {
            armed.TrySetResult();
        }

        return timer;
    }

    public Task ArmedAsync() => armed.Task.WaitAsync(ApiHost.Patience);
}
