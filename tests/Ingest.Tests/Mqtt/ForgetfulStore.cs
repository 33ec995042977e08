using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>A store that is not synced at each commit: a power cut takes its last saves, whole and in order.</summary>
internal sealed class ForgetfulStore : IMqttSessionStore
{
    private readonly List<MqttSessionChanges> saves = [];
    private readonly List<MqttStoredReceipts> receipts = [];

    public bool IsFailing { get; set; }

    public async ValueTask<MqttStoredState> LoadAsync(CancellationToken cancellationToken)
    {
        var all = new MemorySessionStore();
        foreach (MqttSessionChanges save in saves)
        {
            await all.SaveAsync(save, cancellationToken);
        }

        return await all.LoadAsync(cancellationToken);
    }

    public ValueTask SaveAsync(MqttSessionChanges changes, CancellationToken cancellationToken)
    {
        if (IsFailing)
        {
            throw new IOException("the store is away");
        }

        saves.Add(changes);
        return ValueTask.CompletedTask;
    }

    public ValueTask<MqttStoredReceipts?> LoadReceiptsAsync(string clientId, CancellationToken cancellationToken) =>
        new(receipts.LastOrDefault(r => r.ClientId == clientId));

    public ValueTask SaveReceiptsAsync(MqttStoredReceipts receipts, CancellationToken cancellationToken)
    {
        this.receipts.Add(receipts);
        return ValueTask.CompletedTask;
    }

    public void CutPower(Random random)
    {
        int lost = random.Next(Math.Min(3, saves.Count) + 1);
        saves.RemoveRange(saves.Count - lost, lost);
        lost = random.Next(Math.Min(3, receipts.Count) + 1);
        receipts.RemoveRange(receipts.Count - lost, lost);
    }
}
