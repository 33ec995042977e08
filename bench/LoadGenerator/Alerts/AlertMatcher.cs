namespace Millwright.LoadGenerator.Alerts;

/// <summary>Holds the spikes that were sent against the alerts that came: by asset, and by the event time that the alert names.</summary>
/// <param name="toleranceMicroseconds">How far the named time may be off; an alert may carry milliseconds only.</param>
internal sealed class AlertMatcher(long toleranceMicroseconds = 2_000)
{
    private readonly Dictionary<int, List<Spike>> spikes = [];
    private readonly Lock gate = new();
    private readonly List<(long Planned, double Milliseconds)> latencies = [];

    public long Sent { get; private set; }

    public long Matched => latencies.Count;

    public long Doubled { get; private set; }

    /// <summary>Alerts that name no spike.</summary>
    public long Unexpected { get; private set; }

    public long Missing => Sent - Matched;

    /// <param name="eventTime">Microseconds since the epoch, as in the payload.</param>
    /// <param name="planned">Microseconds since the epoch at which it was meant to leave.</param>
    public void Expect(int asset, long eventTime, long planned)
    {
        lock (gate)
        {
            if (!spikes.TryGetValue(asset, out List<Spike>? list))
            {
                spikes.Add(asset, list = []);
            }

            list.Add(new Spike(eventTime, planned));
            Sent++;
        }
    }

    public void Arrived(int asset, long eventTime, long now)
    {
        lock (gate)
        {
            Spike? spike = spikes.GetValueOrDefault(asset)?.FindLast(s => Math.Abs(s.EventTime - eventTime) <= toleranceMicroseconds);
            if (spike is null)
            {
                Unexpected++;
            }
            else if (spike.IsAlerted)
            {
                Doubled++;
            }
            else
            {
                spike.IsAlerted = true;
                latencies.Add((spike.Planned, (now - spike.Planned) / 1000.0));
            }
        }
    }

    /// <summary>In the order in which the spikes were planned.</summary>
    public double[] Latencies()
    {
        lock (gate)
        {
            return [.. latencies.OrderBy(l => l.Planned).Select(l => l.Milliseconds)];
        }
    }

    private sealed class Spike(long eventTime, long planned)
    {
        public long EventTime { get; } = eventTime;

        public long Planned { get; } = planned;

        public bool IsAlerted { get; set; }
    }
}
