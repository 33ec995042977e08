namespace Millwright.Simulation.Tests.Scheduling;

/// <summary>Time of the simulated world: it goes on steadily, while the wall clock of the machine may be set.</summary>
internal sealed class WorldTime
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    public long Ticks { get; set; }

    public TimeSpan WallOffset { get; set; }

    /// <summary>What a right clock shows; the devices have one.</summary>
    public DateTimeOffset True => Start.AddTicks(Ticks);
}

/// <summary>The clock of one process, with its timers: they die with it.</summary>
internal sealed class SimulatedClock(WorldTime time) : TimeProvider
{
    private readonly List<Timer> armed = [];
    private long order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => time.True + time.WallOffset;

    public override long GetTimestamp() => time.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time to the next timer that is due until then and fires it; false when there is none.</summary>
    public bool FireNext(long until)
    {
        Timer? next = null;
        foreach (Timer timer in armed)
        {
            if (timer.Due <= until && (next is null || timer.Due < next.Due || (timer.Due == next.Due && timer.Order < next.Order)))
            {
                next = timer;
            }
        }

        if (next is null)
        {
            return false;
        }

        time.Ticks = Math.Max(time.Ticks, next.Due);
        next.Fire();
        return true;
    }

    private sealed class Timer(SimulatedClock owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;
        private bool isDisposed;

        public long Due { get; private set; }

        public long Order { get; private set; }

        public void Fire()
        {
            if (period > TimeSpan.Zero)
            {
                Due += period.Ticks;
                Order = owner.order++;
            }
            else
            {
                owner.armed.Remove(this);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            owner.armed.Remove(this);
            period = newPeriod;
            if (dueTime != Timeout.InfiniteTimeSpan && !isDisposed)
            {
                Due = owner.GetTimestamp() + dueTime.Ticks;
                Order = owner.order++;
                owner.armed.Add(this);
            }

            return !isDisposed;
        }

        public void Dispose()
        {
            isDisposed = true;
            owner.armed.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
