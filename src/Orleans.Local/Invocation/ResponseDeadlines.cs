using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>
/// Ends calls that took too long. Calls of one timeout fall due in the order they came, so each timeout has a list in that order and one
/// timer for its head: adding and removing are O(1) and touch no timer, because an armed timer is left to fire and look again.
/// </summary>
internal sealed class ResponseDeadlines(TimeProvider time) : IDisposable
{
    // Spreads the lock: which stripe a call is in has no meaning.
    private const int Stripes = 8;

    private readonly ConcurrentDictionary<(TimeSpan Timeout, int Stripe), Lane> lanes = new();

    public void Add(Call call, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        int stripe = call.Target.GetHashCode() & (Stripes - 1);
        lanes.GetOrAdd((timeout, stripe), static (key, time) => new Lane(time, key.Timeout), time).Add(call);
    }

    public void Dispose()
    {
        foreach (Lane lane in lanes.Values)
        {
            lane.Dispose();
        }
    }

    internal sealed class Lane : IDisposable
    {
        private readonly Lock gate = new();
        private readonly TimeProvider time;
        private readonly TimeSpan timeout;
        private readonly ITimer timer;
        private Call? earliest;
        private Call? latest;
        private bool armed;

        public Lane(TimeProvider time, TimeSpan timeout)
        {
            this.time = time;
            this.timeout = timeout;
            timer = Unflowed.Timer(time, static lane => ((Lane)lane!).Expire(), this);
        }

        public void Add(Call call)
        {
            lock (gate)
            {
                if (call.IsSettled)
                {
                    return;
                }

                call.Due = time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);
                call.Lane = this;
                call.EarlierDue = latest;
                if (latest is null)
                {
                    earliest = call;
                }
                else
                {
                    latest.LaterDue = call;
                }

                latest = call;
                if (!armed)
                {
                    armed = true;
                    timer.Change(timeout, Timeout.InfiniteTimeSpan);
                }
            }

            // Settled between the check and the link: its own removal came too early to find it.
            if (call.IsSettled)
            {
                Remove(call);
            }
        }

        public void Remove(Call call)
        {
            lock (gate)
            {
                if (call.Lane is null)
                {
                    return;
                }

                call.Lane = null;
                Link(call.EarlierDue, call.LaterDue);
                call.EarlierDue = null;
                call.LaterDue = null;
            }
        }

        public void Dispose() => timer.Dispose();

        private void Link(Call? earlier, Call? later)
        {
            if (earlier is null)
            {
                earliest = later;
            }
            else
            {
                earlier.LaterDue = later;
            }

            if (later is null)
            {
                latest = earlier;
            }
            else
            {
                later.EarlierDue = earlier;
            }
        }

        private void Expire()
        {
            while (NextDue() is { } call)
            {
                call.Fail(new TimeoutException(
                    $"No answer of {call.Target} to {call.Method.Name} within {timeout}. The call may still run, or may have run."));
            }
        }

        private Call? NextDue()
        {
            lock (gate)
            {
                if (earliest is null)
                {
                    armed = false;
                    return null;
                }

                long left = earliest.Due - time.GetTimestamp();
                if (left > 0)
                {
                    // Rounded up, so that a timer which fires on the dot finds the call due.
                    TimeSpan wait = TimeSpan.FromSeconds((double)left / time.TimestampFrequency) + TimeSpan.FromMilliseconds(1);
                    timer.Change(wait, Timeout.InfiniteTimeSpan);
                    return null;
                }

                Call due = earliest;
                due.Lane = null;
                Link(null, due.LaterDue);
                due.LaterDue = null;
                return due;
            }
        }
    }
}
