namespace Millwright.Ingest.Mqtt.Server;

/// <summary>Brings stored sessions forward by the journal's events. An event may be in a session already: applying it twice is harmless.</summary>
internal sealed class SessionReplay
{
    private readonly Dictionary<string, Draft> drafts = new(StringComparer.Ordinal);
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);

    public SessionReplay(IEnumerable<MqttStoredSession> stored)
    {
        foreach (MqttStoredSession session in stored)
        {
            drafts[session.ClientId] = new Draft(session);
        }
    }

    public IEnumerable<MqttStoredSession> Sessions => drafts.Values.Select(d => d.ToStored());

    /// <summary>Client ids that the store may still have and that are over.</summary>
    public IReadOnlyCollection<string> Ended => ended;

    public void Apply(MqttSessionEvent happened)
    {
        if (happened.IsAtBroker)
        {
            return;
        }

        drafts.TryGetValue(happened.ClientId, out Draft? draft);
        if (draft is not null && happened.Position <= draft.Stored.BeganAt)
        {
            // Of an earlier session of this client id.
            return;
        }

        switch (happened.Kind)
        {
            case MqttSessionEventKind.Began:
                ended.Remove(happened.ClientId);
                drafts[happened.ClientId] = new Draft(new MqttStoredSession
                {
                    ClientId = happened.ClientId,
                    ExpirySeconds = happened.ExpirySeconds,
                    BeganAt = happened.Position,
                });
                break;
            case MqttSessionEventKind.Ended:
                drafts.Remove(happened.ClientId);
                ended.Add(happened.ClientId);
                break;
            default:
                // Without a session there is nothing to change: its row was damaged, and its client is told that it is gone.
                draft?.Apply(happened);
                break;
        }
    }

    private sealed class Draft(MqttStoredSession stored)
    {
        private readonly HashSet<ushort> received = [.. stored.Received];
        private readonly Dictionary<string, MqttStoredSubscription> subscriptions =
            stored.Subscriptions.ToDictionary(s => s.Filter, StringComparer.Ordinal);

        public MqttStoredSession Stored => stored;

        public void Apply(MqttSessionEvent happened)
        {
            switch (happened.Kind)
            {
                case MqttSessionEventKind.Received:
                    received.Add(happened.PacketId);
                    break;
                case MqttSessionEventKind.Released:
                    received.Remove(happened.PacketId);
                    break;
                case MqttSessionEventKind.Subscribed:
                    subscriptions[happened.Subscription!.Filter] = happened.Subscription;
                    break;
                case MqttSessionEventKind.Unsubscribed:
                    subscriptions.Remove(happened.Subscription!.Filter);
                    break;
            }
        }

        public MqttStoredSession ToStored() => stored with { Received = [.. received], Subscriptions = [.. subscriptions.Values] };
    }
}
