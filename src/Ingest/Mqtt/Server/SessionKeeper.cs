using System.Collections.Concurrent;
using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>
/// Carries changes to the session store outside every lock of the hot path, and brings sessions back at the start: as the store has them,
/// then what the journal says happened since.
/// </summary>
internal sealed class SessionKeeper : IDisposable
{
    /// <summary>Bytes logged without any change of a session, after which the position alone is saved, so that the log can go.</summary>
    private const long QuietBytes = 4 << 20;

    private readonly Broker broker;
    private readonly IMqttSessionStore store;
    private readonly IMqttSessionJournal? journal;
    private readonly ConcurrentQueue<Session> ended = new();
    private readonly ConcurrentQueue<string> orphaned = new();
    private readonly ConcurrentQueue<MqttMessage> retained = new();
    private readonly SemaphoreSlim saving = new(1);
    private long saved;

    public SessionKeeper(Broker broker, IMqttSessionStore store, IMqttSessionJournal? journal)
    {
        this.broker = broker;
        this.store = store;
        this.journal = journal;
        journal?.Hold(this, 0);
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        MqttStoredState state = await store.LoadAsync(cancellationToken);
        foreach (MqttMessage message in state.Retained)
        {
            broker.Retained.Set(message);
        }

        foreach (MqttStoredSession session in Replay(state))
        {
            broker.Sessions.Restore(session);
        }
    }

    public void End(Session session) => ended.Enqueue(session);

    public void Retain(MqttMessage message) => retained.Enqueue(message);

    /// <summary>Saves what changed since the last call.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await saving.WaitAsync(cancellationToken);
        try
        {
            await SaveChangesAsync(cancellationToken);
        }
        finally
        {
            saving.Release();
        }
    }

    public void Dispose() => saving.Dispose();

    private IEnumerable<MqttStoredSession> Replay(MqttStoredState state)
    {
        if (journal is null)
        {
            return state.Sessions;
        }

        // Positions of a log that is gone say nothing about this one.
        bool isSameLog = state.LogId == journal.LogId;
        saved = isSameLog ? state.Position : 0;
        var replay = new SessionReplay(isSameLog ? state.Sessions : state.Sessions.Select(s => s with { BeganAt = 0 }));
        journal.Replay(saved, replay.Apply);
        foreach (string clientId in replay.Ended)
        {
            orphaned.Enqueue(clientId);
        }

        return replay.Sessions;
    }

    private async Task SaveChangesAsync(CancellationToken cancellationToken)
    {
        // In this order: an event before this position is in its session already, or its session is in none of the lists below.
        long position = journal?.DurableEnd ?? 0;
        Session[] kept = broker.Sessions.Kept();
        List<MqttMessage> messages = Drain(retained);
        List<Session> over = Drain(ended);
        List<string> orphans = Drain(orphaned);
        List<Session> changed = [.. kept.Where(s => s.TakeChanged())];
        try
        {
            List<string> gone = [.. Gone(over, kept), .. orphans];
            if (changed.Count + gone.Count + messages.Count == 0 && position - saved < QuietBytes)
            {
                return;
            }

            var sessions = new List<MqttStoredSession>(changed.Count);
            foreach (Session session in changed)
            {
                sessions.Add(await SnapshotAsync(session, position, cancellationToken));
            }

            await store.SaveAsync(
                new MqttSessionChanges
                {
                    Ended = gone,
                    Sessions = sessions,
                    Retained = messages,
                    LogId = journal?.LogId ?? "",
                    Position = position,
                },
                cancellationToken);
            saved = position;
            journal?.Hold(this, position);
        }
        catch
        {
            // Not saved: all of it is still due, and the next tick tries again.
            changed.ForEach(s => s.MarkChanged());
            over.ForEach(ended.Enqueue);
            orphans.ForEach(orphaned.Enqueue);
            messages.AddRange(Drain(retained));
            messages.ForEach(retained.Enqueue);
            throw;
        }
    }

    private async ValueTask<MqttStoredSession> SnapshotAsync(Session session, long position, CancellationToken cancellationToken)
    {
        MqttStoredSession snapshot = session.Snapshot(journal is null ? long.MaxValue : position, out KeyValuePair<ushort, long>[] taken);
        var failed = new List<ushort>();
        foreach ((ushort packetId, long needed) in taken)
        {
            try
            {
                if (needed > 0)
                {
                    await broker.Inlet.WaitDurableAsync(needed, cancellationToken);
                }
            }
            catch (InletUnavailableException)
            {
                // The message is not in the log. Its connection has closed over it and the client will repeat it.
                failed.Add(packetId);
            }
        }

        return failed.Count == 0 ? snapshot : snapshot with { Received = [.. snapshot.Received.Except(failed)] };
    }

    /// <summary>Of the sessions that are over, those whose row no other session of the same client id has taken, or will take.</summary>
    private List<string> Gone(List<Session> over, Session[] kept)
    {
        var gone = new List<string>();
        if (over.Count == 0)
        {
            return gone;
        }

        var present = new Dictionary<string, Session>(StringComparer.Ordinal);
        foreach (Session session in kept)
        {
            present[session.ClientId] = session;
        }

        foreach (Session session in over)
        {
            if (!present.TryGetValue(session.ClientId, out Session? now))
            {
                gone.Add(session.ClientId);
            }
            else if (now == session)
            {
                // It ended after we looked: next time.
                ended.Enqueue(session);
            }
        }

        return gone;
    }

    private static List<T> Drain<T>(ConcurrentQueue<T> queue)
    {
        var all = new List<T>();
        for (int i = queue.Count; i > 0 && queue.TryDequeue(out T? one); i--)
        {
            all.Add(one);
        }

        return all;
    }
}
