using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Sessions;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>Sessions by client id: who takes over from whom, when a session ends, and when a delayed will is due.</summary>
internal sealed class SessionDirectory(Broker broker)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<Session, PendingWill> wills = [];

    public int Count
    {
        get
        {
            lock (gate)
            {
                return sessions.Count;
            }
        }
    }

    /// <summary>
    /// Finds or makes the session and gives it to <paramref name="link"/>; another connection that has it is closed and waited for,
    /// so that two read loops never work on one session. Null: no room for another session.
    /// </summary>
    public async Task<(Session Session, bool Present)?> AttachAsync(ConnectPacket connect, string clientId, ISessionLink link)
    {
        while (true)
        {
            Attachment found = TryAttach(connect, clientId, link);
            if (found.Other is { } other)
            {
                other.Close(MqttReason.SessionTakenOver);
                await other.Detached;
                continue;
            }

            if (found.LastWill is { } will)
            {
                // The session ended before the delay was over, and with it the reason to wait.
                await will.PublishAsync(broker);
            }

            return found.Session is { } session ? (session, found.Present) : null;
        }
    }

    /// <summary>The connection is over. <paramref name="will"/>: to be published now or later, null after an orderly DISCONNECT.</summary>
    public async Task DetachAsync(Session session, MqttSource source, WillPacket? will)
    {
        PendingWill? due = null;
        lock (gate)
        {
            session.Detach();
            TimeSpan expiry = Expiry(session.ExpirySeconds);
            DateTimeOffset now = broker.Time.GetUtcNow();
            session.ExpiresAt = now + expiry;
            if (will is not null)
            {
                TimeSpan delay = TimeSpan.FromSeconds(will.DelaySeconds);
                var pending = new PendingWill(source, will, now + (delay < expiry ? delay : expiry));
                due = pending.DueAt <= now ? pending : null;
                if (due is null)
                {
                    wills[session] = pending;
                }
            }

            if (expiry == TimeSpan.Zero)
            {
                Remove(session);
            }
        }

        if (due is not null)
        {
            await due.PublishAsync(broker);
        }
    }

    /// <summary>Ends sessions whose time is over and publishes wills that are due.</summary>
    public async Task AdvanceAsync(DateTimeOffset now)
    {
        List<PendingWill>? due = null;
        lock (gate)
        {
            foreach ((Session session, PendingWill will) in wills)
            {
                if (will.DueAt <= now)
                {
                    wills.Remove(session);
                    (due ??= []).Add(will);
                }
            }

            foreach (Session session in sessions.Values)
            {
                if (!session.IsConnected && session.ExpiresAt is { } end && end <= now)
                {
                    Remove(session);
                }
            }
        }

        foreach (PendingWill will in due ?? [])
        {
            await will.PublishAsync(broker);
        }
    }

    /// <summary>Sessions that outlive their connection.</summary>
    public Session[] Kept()
    {
        lock (gate)
        {
            return [.. sessions.Values.Where(s => s.ExpirySeconds > 0)];
        }
    }

    /// <summary>Takes a session from the store. Its time runs from now if its client was connected when it was saved.</summary>
    public void Restore(MqttStoredSession stored)
    {
        lock (gate)
        {
            Session session = Add(stored.ClientId);
            foreach (Subscription subscription in session.Restore(stored))
            {
                broker.Trie.Set(subscription);
            }

            session.ExpiresAt = stored.ExpiresAt ?? broker.Time.GetUtcNow() + Expiry(stored.ExpirySeconds);
        }
    }

    public TimeSpan Expiry(uint seconds)
    {
        TimeSpan most = broker.Options.MaxSessionExpiry;
        return seconds == uint.MaxValue || TimeSpan.FromSeconds(seconds) > most ? most : TimeSpan.FromSeconds(seconds);
    }

    private Attachment TryAttach(ConnectPacket connect, string clientId, ISessionLink link)
    {
        lock (gate)
        {
            sessions.TryGetValue(clientId, out Session? session);
            if (session?.Link is { } other)
            {
                return new Attachment(null, false, other, null);
            }

            bool present = session is not null && !connect.CleanStart;
            PendingWill? will = session is null ? null : TakeWill(session);
            if (session is not null && !present)
            {
                Remove(session);
            }

            if (!present && sessions.Count >= broker.Options.MaxSessions)
            {
                return new Attachment(null, false, null, will);
            }

            session = present ? session! : Add(clientId);
            session.ExpirySeconds = connect.SessionExpirySeconds;
            session.Attach(link);
            return new Attachment(session, present, null, present ? null : will);
        }
    }

    private Session Add(string clientId)
    {
        var limits = new SessionLimits(broker.Options.MaxQueuedPerSession, broker.Options.MaxQueuedBytesPerSession);
        var session = new Session(clientId, limits, broker.Time, broker.Instruments);
        sessions.Add(clientId, session);
        return session;
    }

    private void Remove(Session session)
    {
        sessions.Remove(session.ClientId);
        if (session.ExpirySeconds > 0 || session.ExpiresAt is not null)
        {
            broker.Keeper?.End(session.ClientId);
        }

        foreach (Subscription subscription in session.Subscriptions())
        {
            broker.Trie.Remove(subscription);
        }
    }

    private PendingWill? TakeWill(Session session) => wills.Remove(session, out PendingWill? will) ? will : null;

    /// <param name="Other">The connection that has the session now; then nothing else is set.</param>
    private readonly record struct Attachment(Session? Session, bool Present, ISessionLink? Other, PendingWill? LastWill);
}
