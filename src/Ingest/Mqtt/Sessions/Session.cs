using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>
/// What is kept for one client id, connected or not: subscriptions, messages on their way, and the QoS 2 ids received and not yet
/// released. Publishers of other connections come in here, so everything is under one lock, held for memory work only.
/// </summary>
internal sealed partial class Session(string clientId, SessionLimits limits, TimeProvider time, MqttInstruments instruments)
{
    private const long NotYetTaken = -1;

    private readonly Lock gate = new();
    private readonly OutboundQueue queue = new(limits.MaxQueuedMessages, limits.MaxQueuedBytes);
    private readonly RetainedBacklog backlog = new();
    private readonly Dictionary<ushort, InFlight> inFlight = [];
    private readonly Queue<InFlight> resend = new();
    private readonly Dictionary<ushort, long> received = [];
    private readonly Dictionary<byte[], Subscription> subscriptions = new(LevelComparer.Instance);
    private ISessionLink? link;
    private ushort lastId;

    public string ClientId { get; } = clientId;

    public bool IsConnected => Volatile.Read(ref link) is not null;

    public ISessionLink? Link => Volatile.Read(ref link);

    /// <summary>
    /// How long the session outlives its connection, in seconds; <see cref="uint.MaxValue"/>: as long as the server allows.
    /// </summary>
    public uint ExpirySeconds { get; set; }

    /// <summary>When a session without connection ends.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>It outlives its connection, and its store and journal know it.</summary>
    public bool IsDurable { get; set; }

    /// <summary>Journal position of its beginning; 0 when there is no journal.</summary>
    public long BeganAt { get; set; }

    /// <summary>
    /// Held while an event is put into the journal and into the session: a snapshot never holds one without the other. The connection's
    /// read loop and the keeper take it, publishers of other connections do not.
    /// </summary>
    public Lock JournalGate { get; } = new();

    public int ReceivedCount => received.Count;

    public int SubscriptionCount => subscriptions.Count;

    public void Attach(ISessionLink newLink)
    {
        lock (gate)
        {
            link = newLink;
            ExpiresAt = null;
            MarkChanged();
            resend.Clear();
            foreach (InFlight message in inFlight.Values.OrderBy(m => m.Queued.Sequence))
            {
                message.OnLink = false;
                resend.Enqueue(message);
            }
        }
    }

    public void Detach()
    {
        lock (gate)
        {
            link = null;
            MarkChanged();
            queue.DropPlain();
            backlog.Clear();
        }
    }

    public void Enqueue(MqttMessage message, byte qos, bool retain, uint[] identifiers)
    {
        ISessionLink? current;
        int lost;
        lock (gate)
        {
            current = link;
            if (current is null && qos == 0)
            {
                return;
            }

            if (qos > 0)
            {
                MarkChanged();
            }

            lost = queue.Add(new QueuedMessage(message, qos, retain, identifiers));
        }

        if (lost > 0)
        {
            instruments.CountDropped(qos == 0 ? DropReason.SlowSubscriber : DropReason.QueueFull, lost);
        }

        current?.Wake();
    }

    public void EnqueueRetained(MqttMessage[] messages, Subscription subscription)
    {
        lock (gate)
        {
            backlog.Add(messages, subscription.Qos, subscription.Identifier == 0 ? [] : [subscription.Identifier]);
        }

        Link?.Wake();
    }

    /// <summary>
    /// Encodes what the client may get now. Called by the sender of the connection that owns <paramref name="outbound"/>.
    /// </summary>
    public void Fill(WireBuffer buffer, OutboundLink outbound, int limit)
    {
        DateTimeOffset now = time.GetUtcNow();
        int messages = 0;
        lock (gate)
        {
            if (link?.Outbound != outbound)
            {
                return;
            }

            while (buffer.Length < limit && TryFillOne(buffer, outbound, now))
            {
                messages++;
            }
        }

        instruments.CountMessagesOut(messages);
    }

    /// <summary>PUBACK, or a PUBREC that refuses. False: no such message.</summary>
    public bool Complete(ushort packetId)
    {
        lock (gate)
        {
            if (!inFlight.Remove(packetId, out InFlight? done))
            {
                return false;
            }

            MarkChanged();
            if (done.OnLink && link is { } current)
            {
                current.Outbound.Outstanding--;
            }
        }

        Link?.Wake();
        return true;
    }

    /// <summary>PUBREC. False: no such message.</summary>
    public bool Release(ushort packetId)
    {
        lock (gate)
        {
            if (!inFlight.TryGetValue(packetId, out InFlight? message) || message.Queued.Qos != 2)
            {
                return false;
            }

            message.Released = true;
            MarkChanged();
            return true;
        }
    }

    /// <summary>
    /// False: this QoS 2 id was received before and is not yet released, so the message was taken already; <paramref name="position"/>
    /// is what its answer waits for, or 0. One whose commit failed was not taken.
    /// </summary>
    public bool TryReceive(ushort packetId, IMqttInlet inlet, out long position)
    {
        lock (gate)
        {
            bool isKnown = received.TryGetValue(packetId, out position) && position >= 0;
            bool? isDurable = isKnown ? inlet.IsDurable(position) : false;
            if (isDurable is not false)
            {
                // Not waited for with others when it need not be: a failure of long ago may lie in between.
                position = isDurable is true ? 0 : position;
                return false;
            }

            // Before the journal has it: whoever saves a later position must see that this session changed.
            MarkChanged();
            received[packetId] = NotYetTaken;
            return true;
        }
    }

    /// <summary>The inlet has taken it.</summary>
    public void Receive(ushort packetId, long position)
    {
        lock (gate)
        {
            received[packetId] = position;
        }
    }

    /// <summary>A publish whose commit failed; not one that came under the same id since.</summary>
    public void Forget(ushort packetId, long position)
    {
        lock (gate)
        {
            MarkChanged();
            if (received.TryGetValue(packetId, out long taken) && taken == position)
            {
                received.Remove(packetId);
            }
        }
    }

    /// <summary>PUBREL, or a publish that was refused. False: no such id.</summary>
    public bool Forget(ushort packetId)
    {
        lock (gate)
        {
            MarkChanged();
            return received.Remove(packetId);
        }
    }

    /// <summary>Returns the subscription it replaces, if any.</summary>
    public Subscription? Keep(Subscription subscription)
    {
        lock (gate)
        {
            subscriptions.TryGetValue(subscription.Requested, out Subscription? old);
            subscriptions[subscription.Requested] = subscription;
            MarkChanged();
            return old;
        }
    }

    public Subscription? Find(byte[] requested)
    {
        lock (gate)
        {
            return subscriptions.GetValueOrDefault(requested);
        }
    }

    public Subscription? Drop(byte[] requested)
    {
        lock (gate)
        {
            MarkChanged();
            return subscriptions.Remove(requested, out Subscription? old) ? old : null;
        }
    }

    public Subscription[] Subscriptions()
    {
        lock (gate)
        {
            return [.. subscriptions.Values];
        }
    }

    private bool TryFillOne(WireBuffer buffer, OutboundLink outbound, DateTimeOffset now)
    {
        if (resend.TryPeek(out InFlight? again))
        {
            return TryResend(buffer, outbound, again, now);
        }

        if (backlog.TryPeek(out QueuedMessage retained))
        {
            if (retained.Qos > 0 && !outbound.HasRoom)
            {
                return false;
            }

            backlog.Take();
            Send(buffer, outbound, retained, now);
            return true;
        }

        if (!queue.TryTake(outbound.HasRoom && inFlight.Count < ushort.MaxValue, out QueuedMessage next))
        {
            return false;
        }

        Send(buffer, outbound, next, now);
        return true;
    }

    private bool TryResend(WireBuffer buffer, OutboundLink outbound, InFlight again, DateTimeOffset now)
    {
        if (!outbound.HasRoom)
        {
            return false;
        }

        resend.Dequeue();
        if (!inFlight.ContainsKey(again.PacketId))
        {
            return true;
        }

        again.OnLink = true;
        outbound.Outstanding++;
        if (again.Released)
        {
            PacketWriter.Ack(buffer, PacketType.PubRel, again.PacketId, MqttReason.Success, outbound.Version);
        }
        else if (!outbound.TryWrite(buffer, again.Queued, again.PacketId, true, now))
        {
            inFlight.Remove(again.PacketId);
            outbound.Outstanding--;
            instruments.CountDropped(DropReason.TooLarge, 1);
        }

        return true;
    }

    private void Send(WireBuffer buffer, OutboundLink outbound, in QueuedMessage message, DateTimeOffset now)
    {
        if (message.Message.IsExpired(now))
        {
            instruments.CountDropped(DropReason.Expired, 1);
            return;
        }

        ushort id = message.Qos > 0 ? NextId() : (ushort)0;
        if (!outbound.TryWrite(buffer, message, id, false, now))
        {
            instruments.CountDropped(DropReason.TooLarge, 1);
            return;
        }

        if (message.Qos > 0)
        {
            inFlight.Add(id, new InFlight(id, message) { OnLink = true });
            outbound.Outstanding++;
        }
    }

    private ushort NextId()
    {
        do
        {
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        }
        while (inFlight.ContainsKey(lastId));
        return lastId;
    }
}
