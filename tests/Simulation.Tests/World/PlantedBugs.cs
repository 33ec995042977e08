using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Mqtt;
using Millwright.Twins;

namespace Millwright.Simulation.Tests.World;

/// <summary>Says that all is durable at once.</summary>
internal sealed class EagerInlet(TelemetryIntake intake) : IMqttInlet
{
    public InletResult Publish(in InboundPublish publish) => intake.Publish(publish);

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>Writes checkpoints without the positions that they stand for.</summary>
internal sealed class ForgetfulTwinStore(ITwinStore store) : ITwinStore
{
    public ValueTask<StoredCheckpoint?> LoadAsync(string assetId, CancellationToken cancellationToken) =>
        store.LoadAsync(assetId, cancellationToken);

    public ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        TwinEnvelope envelope = TwinEnvelope.FromBytes(checkpoint.Snapshot);
        return store.SaveAsync(checkpoint with { Snapshot = (envelope with { Positions = [] }).ToBytes() }, cancellationToken);
    }

    public ValueTask<ImmutableArray<HistoryPoint>> GetHistoryAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken) =>
        store.GetHistoryAsync(assetId, metric, from, to, limit, cancellationToken);

    public ValueTask<StoredTail> GetHistoryTailAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken) =>
        store.GetHistoryTailAsync(assetId, metric, from, to, limit, cancellationToken);

    public ValueTask<ImmutableArray<WindowResult>> GetWindowsAsync(WindowQuery query, CancellationToken cancellationToken) =>
        store.GetWindowsAsync(query, cancellationToken);

    public ValueTask<ImmutableArray<string>> GetAssetIdsAsync(string? after, int limit, CancellationToken cancellationToken) =>
        store.GetAssetIdsAsync(after, limit, cancellationToken);
}
