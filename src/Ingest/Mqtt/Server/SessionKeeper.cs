using System.Collections.Concurrent;
using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>Carries changes to the session store, in the order in which they happened, outside every lock of the hot path.</summary>
internal sealed class SessionKeeper(Broker broker, IMqttSessionStore store) : IDisposable
{
    private readonly ConcurrentQueue<string> ended = new();
    private readonly ConcurrentQueue<MqttMessage> retained = new();
    private readonly SemaphoreSlim saving = new(1);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        MqttStoredState state = await store.LoadAsync(cancellationToken);
        foreach (MqttMessage message in state.Retained)
        {
            broker.Retained.Set(message);
        }

        foreach (MqttStoredSession session in state.Sessions)
        {
            broker.Sessions.Restore(session);
        }
    }

    public void End(string clientId) => ended.Enqueue(clientId);

    public void Retain(MqttMessage message) => retained.Enqueue(message);

    /// <summary>Saves what changed since the last call.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await saving.WaitAsync(cancellationToken);
        try
        {
            while (ended.TryDequeue(out string? clientId))
            {
                await store.DeleteAsync(clientId, cancellationToken);
            }

            while (retained.TryDequeue(out MqttMessage? message))
            {
                await store.RetainAsync(message, cancellationToken);
            }

            foreach (Session session in broker.Sessions.Kept())
            {
                if (session.TakeChanged())
                {
                    await SaveAsync(session, cancellationToken);
                }
            }
        }
        finally
        {
            saving.Release();
        }
    }

    public void Dispose() => saving.Dispose();

    private async Task SaveAsync(Session session, CancellationToken cancellationToken)
    {
        MqttStoredSession snapshot = session.Snapshot(out long position);
        try
        {
            if (position > 0)
            {
                await broker.Inlet.WaitDurableAsync(position, cancellationToken);
            }

            await store.SaveAsync(snapshot, cancellationToken);
        }
        catch
        {
            // Not saved: it is still changed, and the next tick tries again.
            session.MarkChanged();
            throw;
        }
    }
}
