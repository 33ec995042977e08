namespace Orleans.Runtime;

/// <summary>
/// Each tick is a call of the activation. The next one is armed when it ends, so ticks of one timer never overlap or pile up.
/// </summary>
internal sealed class GrainTimer : IGrainTimer
{
    private static readonly GrainMethod Method = new("GrainTimer.Tick", Interleaving.Never, Timeout.InfiniteTimeSpan, oneWay: true);

    private readonly Lock gate = new();
    private readonly Activation activation;
    private readonly Func<CancellationToken, Task> callback;
    private readonly GrainTimerCreationOptions options;
    private readonly CancellationTokenSource ending = new();
    private readonly ITimer timer;
    private TimeSpan next;
    private TimeSpan period;
    private bool ticking;
    private bool disposed;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        this.activation = activation;
        this.callback = callback;
        this.options = options;
        timer = Unflowed.Timer(activation.Silo.Time, static timer => ((GrainTimer)timer!).Fire(), this);
    }

    public void Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        Check(dueTime, nameof(dueTime));
        Check(newPeriod, nameof(newPeriod));
        lock (gate)
        {
            period = newPeriod;
            next = dueTime;
            if (!ticking && !disposed)
            {
                timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        timer.Dispose();
        activation.Timers.Remove(this);
        ending.Cancel();
    }

    private static void Check(TimeSpan span, string name)
    {
        if (span < TimeSpan.Zero && span != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, span, "A timer's span is not negative, or infinite.");
        }
    }

    private void Fire()
    {
        lock (gate)
        {
            if (ticking || disposed)
            {
                return;
            }

            ticking = true;
            next = period;
        }

        activation.Submit(new Tick(this));
    }

    private async Task Run(Tick tick)
    {
        Exception? failure = null;
        try
        {
            if (!ending.IsCancellationRequested)
            {
                await callback(ending.Token);
            }
        }
        catch (Exception exception)
        {
            // As in Orleans: a failed tick is logged, and the timer goes on.
            failure = exception;
            activation.Silo.LogTimerFailed(exception, activation.GrainId);
        }

        activation.Completed(tick, failure);
        lock (gate)
        {
            ticking = false;
            if (!disposed)
            {
                timer.Change(next, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Tick(GrainTimer timer)
        : Call(timer.activation.GrainId, GrainTimer.Method, timer.options.Interleave ? Interleaving.Always : Interleaving.Never)
    {
        public override bool CountsAsUse => timer.options.KeepAlive;

        public override bool Forwardable => false;

        public override void Start(Activation activation) => _ = timer.Run(this);

        public override void Fail(Exception exception) => TrySettle();
    }
}
