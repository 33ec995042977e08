namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// Brings back, after a restart, which QoS 2 messages of another broker we have already: as last saved, then what the journal says.
/// </summary>
internal sealed class ReceiptKeeper
{
    /// <summary>Bytes logged without any change, after which the position alone is saved, so that the log can go.</summary>
    private const long QuietBytes = 4 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly string clientId;
    private readonly IMqttSessionStore store;
    private readonly IMqttSessionJournal journal;
    private readonly IMqttInlet inlet;
    private long saved;

    public ReceiptKeeper(string clientId, IMqttSessionStore store, IMqttSessionJournal journal, IMqttInlet inlet)
    {
        this.clientId = clientId;
        this.store = store;
        this.journal = journal;
        this.inlet = inlet;
        Session = new MqttClientSession(journal);
        journal.Hold(this, 0);
    }

    public MqttClientSession Session { get; }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        MqttStoredReceipts? stored = await store.LoadReceiptsAsync(clientId, cancellationToken);
        bool isSameLog = stored?.LogId == journal.LogId;
        HashSet<ushort> received = [.. stored?.Received ?? []];
        saved = isSameLog ? stored!.Position : 0;
        journal.Replay(saved, happened => Apply(happened, received));
        Session.Restore(received);
    }

    /// <summary>Saves until cancelled, and once more.</summary>
    public async Task RunAsync(TimeProvider time, Action<Exception> onFailed, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        bool goOn = true;
        while (goOn)
        {
            try
            {
                goOn = await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                goOn = false;
            }

            try
            {
                await SaveAsync();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The journal is held where it was: nothing is lost, and the next tick tries again.
                Session.MarkChanged();
                onFailed(e);
            }
        }
    }

    public async Task SaveAsync()
    {
        long position = journal.DurableEnd;
        if (!Session.TakeChanged() && position - saved < QuietBytes)
        {
            return;
        }

        var received = new List<ushort>();
        foreach ((ushort packetId, long needed) in Session.Snapshot(position))
        {
            try
            {
                if (needed > 0)
                {
                    await inlet.WaitDurableAsync(needed, CancellationToken.None);
                }

                received.Add(packetId);
            }
            catch (InletUnavailableException)
            {
                // Its commit failed: the message is not in the log, and the broker sends it again.
            }
        }

        await store.SaveReceiptsAsync(new MqttStoredReceipts(clientId, journal.LogId, position, received), CancellationToken.None);
        saved = position;
        journal.Hold(this, position);
    }

    private void Apply(MqttSessionEvent happened, HashSet<ushort> received)
    {
        if (!happened.IsAtBroker || happened.ClientId != clientId)
        {
            return;
        }

        switch (happened.Kind)
        {
            case MqttSessionEventKind.Began:
                received.Clear();
                break;
            case MqttSessionEventKind.Received:
                received.Add(happened.PacketId);
                break;
            case MqttSessionEventKind.Released:
                received.Remove(happened.PacketId);
                break;
        }
    }
}
