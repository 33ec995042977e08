namespace Orleans.Runtime;

/// <summary>The timers of one activation.</summary>
internal sealed class GrainTimers(Activation activation) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<GrainTimer> timers = [];

    public IGrainTimer Add(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(activation, callback, options);
        lock (gate)
        {
            timers.Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Remove(GrainTimer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
        }
    }

    public void Dispose()
    {
        GrainTimer[] all;
        lock (gate)
        {
            all = [.. timers];
        }

        foreach (GrainTimer timer in all)
        {
            timer.Dispose();
        }
    }
}
