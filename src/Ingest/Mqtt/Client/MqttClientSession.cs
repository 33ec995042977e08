namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// What a subscriber must remember between connections so that QoS 2 arrives once. Give the same one to each connection of a client id.
/// </summary>
/// <param name="journal">Where it is remembered over a restart too. Null: it lives as long as this object.</param>
public sealed class MqttClientSession(IMqttSessionJournal? journal = null)
{
    private const long NotYetTaken = -1;

    private readonly Lock gate = new();
    private readonly Dictionary<ushort, long> received = [];
    private bool changed;

    internal bool IsDurable => journal is not null;

    /// <summary>Held while an event is put into the journal and into the session, as for a session of the server.</summary>
    internal Lock JournalGate { get; } = new();

    /// <summary>A new session of the broker's could not be put into the journal: what is remembered is of the one before.</summary>
    internal bool IsStale { get; private set; }

    /// <summary>False: taken already; the answer waits for <paramref name="position"/>, or for nothing. As for a session of the
    /// server.</summary>
    internal bool TryReceive(ushort packetId, IMqttInlet inlet, out long position)
    {
        lock (gate)
        {
            bool isKnown = received.TryGetValue(packetId, out position) && position >= 0;
            bool? isDurable = isKnown ? inlet.IsDurable(position) : false;
            if (isDurable is not false)
            {
                position = isDurable is true ? 0 : position;
                return false;
            }

            changed = true;
            received[packetId] = NotYetTaken;
            return true;
        }
    }

    internal void Receive(ushort packetId, long position)
    {
        lock (gate)
        {
            received[packetId] = position;
        }
    }

    /// <summary>Its commit failed, and it did not come again since.</summary>
    internal void Forget(ushort packetId, long position)
    {
        lock (gate)
        {
            changed = true;
            if (received.TryGetValue(packetId, out long taken) && taken == position)
            {
                received.Remove(packetId);
            }
        }
    }

    internal void Forget(ushort packetId)
    {
        lock (gate)
        {
            changed = true;
            received.Remove(packetId);
        }
    }

    /// <summary>PUBREL. Returns what PUBCOMP waits for.</summary>
    internal long Release(string clientId, ushort packetId)
    {
        lock (JournalGate)
        {
            Forget(packetId);
            return Append(new MqttSessionEvent(MqttSessionEventKind.Released, clientId) { PacketId = packetId });
        }
    }

    /// <summary>
    /// The broker does not know our session: its packet ids begin anew. Returns what must be durable before a message is answered.
    /// </summary>
    /// <remarks>Forgotten here only when the journal has it; until then the session is stale, whatever the broker says next time.</remarks>
    internal long Clear(string clientId)
    {
        lock (JournalGate)
        {
            IsStale = true;
            long position = Append(new MqttSessionEvent(MqttSessionEventKind.Began, clientId));
            lock (gate)
            {
                changed = true;
                received.Clear();
            }

            IsStale = false;
            return position;
        }
    }

    internal bool TakeChanged()
    {
        lock (gate)
        {
            bool was = changed;
            changed = false;
            return was;
        }
    }

    internal void MarkChanged()
    {
        lock (gate)
        {
            changed = true;
        }
    }

    /// <summary>What was received before <paramref name="below"/>; what came later is in the journal, and in the next snapshot.</summary>
    internal KeyValuePair<ushort, long>[] Snapshot(long below)
    {
        lock (JournalGate)
        {
            lock (gate)
            {
                KeyValuePair<ushort, long>[] taken = [.. received.Where(r => r.Value >= 0 && r.Value <= below)];
                changed |= taken.Length < received.Count;
                return taken;
            }
        }
    }

    internal void Restore(IEnumerable<ushort> packetIds)
    {
        lock (gate)
        {
            changed = true;
            foreach (ushort packetId in packetIds)
            {
                received[packetId] = 0;
            }
        }
    }

    private long Append(MqttSessionEvent happened) => journal is null ? 0 : journal.Append(happened with { IsAtBroker = true });
}
