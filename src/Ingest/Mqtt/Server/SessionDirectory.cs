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
    public async Task<AttachedSession?> AttachAsync(ConnectPacket connect, string clientId, ISessionLink link)
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

            return found.Session is { } session ? new AttachedSession(session, found.Present, found.Position) : null;
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
                TryEnd(session);
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
                // What cannot be recorded now ends at a later tick.
                if (!session.IsConnected && session.ExpiresAt is { } end && end <= now && TryEnd(session))
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
            return [.. sessions.Values.Where(s => s.IsDurable)];
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
                return new Attachment { Other = other };
            }

            bool present = session is not null && !connect.CleanStart;
            bool isFull = session is null && sessions.Count >= broker.Options.MaxSessions;
            long position = present || isFull ? 0 : Begin(clientId, session, connect.SessionExpirySeconds);
            PendingWill? will = session is null ? null : TakeWill(session);
            if (session is not null && !present)
            {
                Remove(session);
            }

            if (isFull)
            {
                return new Attachment { LastWill = will };
            }

            session = present ? session! : Add(clientId);
            session.IsDurable |= connect.SessionExpirySeconds > 0;
            session.BeganAt = present ? session.BeganAt : position;
            session.ExpirySeconds = connect.SessionExpirySeconds;
            session.Attach(link);
            return new Attachment { Session = session, Present = present, Position = position, LastWill = present ? null : will };
        }
    }

    /// <summary>
    /// Puts the new session into the journal, which ends the one before it, or only the end of that one when the new one will not outlive
    /// its connection. Returns what CONNACK waits for: a client that was told that its session is new must not find the old one again.
    /// </summary>
    private long Begin(string clientId, Session? before, uint expirySeconds)
    {
        if (broker.Services.Journal is not { } journal || (expirySeconds == 0 && before is not { IsDurable: true }))
        {
            return 0;
        }

        MqttSessionEventKind kind = expirySeconds > 0 ? MqttSessionEventKind.Began : MqttSessionEventKind.Ended;
        return journal.Append(new MqttSessionEvent(kind, clientId) { ExpirySeconds = expirySeconds });
    }

    private bool TryEnd(Session session)
    {
        try
        {
            broker.Record(session, new MqttSessionEvent(MqttSessionEventKind.Ended, session.ClientId));
            return true;
        }
        catch (InletUnavailableException)
        {
            // If we die before the store hears of it, the session comes back, and its time runs out again.
            return false;
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
        if (session.IsDurable)
        {
            broker.Keeper?.End(session);
        }

        foreach (Subscription subscription in session.Subscriptions())
        {
            broker.Trie.Remove(subscription);
        }
    }

    private PendingWill? TakeWill(Session session) => wills.Remove(session, out PendingWill? will) ? will : null;

    private readonly record struct Attachment
    {
        public Session? Session { get; init; }

        public bool Present { get; init; }

        public long Position { get; init; }

        public PendingWill? LastWill { get; init; }

        /// <summary>The connection that has the session now; then nothing else is set.</summary>
        public ISessionLink? Other { get; init; }
    }
}
