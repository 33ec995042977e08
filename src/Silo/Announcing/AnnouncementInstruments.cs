using System.Diagnostics.Metrics;

namespace Millwright.Silo.Announcing;

/// <summary>What receivers got. Receivers are configured, so their names are a bounded set of tags.</summary>
public sealed class AnnouncementInstruments
{
    private readonly Counter<long> delivered;
    private readonly Counter<long> retried;
    private readonly Counter<long> refused;
    private readonly Lock gate = new();
    private ReceiverStatus[] receivers = [];

    public AnnouncementInstruments(IMeterFactory meters)
    {
        Meter meter = meters.Create("Millwright.Silo");
        delivered = meter.CreateCounter<long>("millwright.announcements.delivered", "{alert}", "Alerts that a receiver took.");
        retried = meter.CreateCounter<long>("millwright.announcements.retried", "{alert}", "Deliveries that failed.");
        refused = meter.CreateCounter<long>("millwright.announcements.refused", "{alert}", "Alerts set aside: refused each time.");
        meter.CreateObservableGauge(
            "millwright.announcements.waiting",
            () => Receivers.Select(r => new Measurement<long>(r.Waiting, Tag(r.Receiver))),
            "{alert}",
            "Alerts that a receiver still waits for.");
    }

    public IReadOnlyList<ReceiverStatus> Receivers
    {
        get
        {
            lock (gate)
            {
                return receivers;
            }
        }
    }

    public void Register(ReceiverStatus status)
    {
        lock (gate)
        {
            receivers = [.. receivers, status];
        }
    }

    public void Delivered(string receiver, long count) => delivered.Add(count, Tag(receiver));

    public void Retried(string receiver) => retried.Add(1, Tag(receiver));

    public void Refused(string receiver) => refused.Add(1, Tag(receiver));

    private static KeyValuePair<string, object?> Tag(string receiver) => new("receiver", receiver);
}
