using System.Text;
using Millwright.Ingest.Mqtt.Routing;

namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>Between memory and the store.</summary>
internal sealed partial class Session
{
    private int changed;

    /// <summary>True once per change since the last call.</summary>
    public bool TakeChanged() => Interlocked.Exchange(ref changed, 0) != 0;

    public void MarkChanged() => Volatile.Write(ref changed, 1);

    /// <param name="below">QoS 2 ids from here on are left out: the journal has them.</param>
    /// <param name="taken">Ids in the snapshot with what must be durable before it is saved.</param>
    public MqttStoredSession Snapshot(long below, out KeyValuePair<ushort, long>[] taken)
    {
        lock (JournalGate)
        {
            lock (gate)
            {
                taken = [.. received.Where(r => r.Value >= 0 && r.Value <= below)];
                if (taken.Length < received.Count)
                {
                    // The next snapshot has them; until then the saved position is before them.
                    MarkChanged();
                }

                return Snapshot([.. taken.Select(r => r.Key)]);
            }
        }
    }

    /// <summary>Fills a new session; returns the subscriptions for the trie.</summary>
    public IReadOnlyList<Subscription> Restore(MqttStoredSession stored)
    {
        lock (gate)
        {
            MarkChanged();
            IsDurable = true;
            BeganAt = stored.BeganAt;
            ExpirySeconds = stored.ExpirySeconds;
            foreach (ushort packetId in stored.Received)
            {
                received[packetId] = 0;
            }

            foreach (MqttStoredSubscription subscription in stored.Subscriptions)
            {
                byte[] requested = Encoding.UTF8.GetBytes(subscription.Filter);
                if (TopicRules.TrySplitShare(requested, out string? group, out byte[] filter))
                {
                    subscriptions[requested] = new Subscription
                    {
                        Session = this,
                        Requested = requested,
                        Filter = filter,
                        Group = group,
                        Qos = subscription.Qos,
                        NoLocal = subscription.NoLocal,
                        RetainAsPublished = subscription.RetainAsPublished,
                        Identifier = subscription.Identifier,
                    };
                }
            }

            foreach (MqttStoredDelivery delivery in stored.Deliveries)
            {
                Restore(delivery);
            }

            return [.. subscriptions.Values];
        }
    }

    private MqttStoredSession Snapshot(IReadOnlyList<ushort> taken) => new()
    {
        ClientId = ClientId,
        ExpirySeconds = ExpirySeconds,
        ExpiresAt = ExpiresAt,
        BeganAt = BeganAt,
        Received = taken,
        Subscriptions = [.. subscriptions.Values.Select(Store)],
        Deliveries =
        [
            .. inFlight.Values.OrderBy(m => m.Queued.Sequence).Select(m => Store(m.Queued, m.PacketId, m.Released)),
            .. queue.Assured().Select(m => Store(m, 0, false)),
        ],
    };

    public static MqttStoredSubscription Store(Subscription s)
        => new(Encoding.UTF8.GetString(s.Requested), s.Qos, s.NoLocal, s.RetainAsPublished, s.Identifier);

    private static MqttStoredDelivery Store(QueuedMessage m, ushort packetId, bool released)
        => new(m.Message, m.Qos, m.Retain, m.Identifiers, packetId, released);

    private void Restore(MqttStoredDelivery delivery)
    {
        var message = new QueuedMessage(delivery.Message, delivery.Qos, delivery.Retain, [.. delivery.Identifiers]);
        if (delivery.PacketId == 0)
        {
            queue.Add(message);
            return;
        }

        // Negative, so that what was sent before comes before whatever is queued from now on.
        long sequence = long.MinValue + inFlight.Count;
        message = message with { Sequence = sequence };
        inFlight[delivery.PacketId] = new InFlight(delivery.PacketId, message) { Released = delivery.Released };
    }
}
