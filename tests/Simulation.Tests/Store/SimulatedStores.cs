using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Grains;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Storage;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using StateJson = Millwright.Silo.Storage.StateJson;

namespace Millwright.Simulation.Tests.Store;

/// <summary>Every store's port, over one queue and one medium, as they share one file in the silo.</summary>
internal sealed class SimulatedStores(ProcessStore store) : ITwinStore, IAlertStore, IGrainStorage, IQuarantineStore
{
    private static readonly HistoryDecoder Decoder = new();

    public async ValueTask<StoredCheckpoint?> LoadAsync(string assetId, CancellationToken cancellationToken)
    {
        TwinRow? row = await store.ReadAsync(tables => tables.Twins.GetValueOrDefault(assetId));
        if (row is null)
        {
            return null;
        }

        if (row.Slots.Find(s => !s.IsDamaged) is not { } slot)
        {
            throw new TwinStoreException($"All checkpoints of {assetId} are damaged.");
        }

        if (row.Slots[0].IsDamaged)
        {
            await store.WriteAsync($"aside {assetId}", tables => (SetAside(tables, assetId), 0));
        }

        return new StoredCheckpoint { Epoch = row.Epoch, Snapshot = slot.Data, IsFallback = slot.Epoch < row.Epoch };
    }

    public async ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        await store.WriteAsync($"{checkpoint.AssetId}@{checkpoint.ExpectedEpoch + 1}", tables => (tables.Save(checkpoint), 0));
        if (checkpoint.MustSurvive)
        {
            await store.SyncAsync(cancellationToken);
        }
    }

    public async ValueTask<ImmutableArray<HistoryPoint>> GetHistoryAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken) =>
        await store.ReadAsync(tables => History(tables, assetId, metric, from, to, limit));

    public async ValueTask<StoredTail> GetHistoryTailAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        ImmutableArray<HistoryPoint> all = await GetHistoryAsync(assetId, metric, from, to, int.MaxValue, cancellationToken);
        return new StoredTail(all.Length, [.. all.TakeLast(limit)]);
    }

    public async ValueTask<ImmutableArray<WindowResult>> GetWindowsAsync(WindowQuery query, CancellationToken cancellationToken) =>
        await store.ReadAsync<ImmutableArray<WindowResult>>(tables => [.. tables.Windows.Values.Where(w => w.AssetId == query.AssetId)]);

    public async ValueTask<ImmutableArray<string>> GetAssetIdsAsync(string? after, int limit, CancellationToken cancellationToken) =>
        await store.ReadAsync<ImmutableArray<string>>(tables =>
            [.. tables.Twins.Keys.Where(id => string.CompareOrdinal(id, after) > 0).Take(limit)]);

    public async ValueTask<bool> AppendAsync(AlertEvent alert, CancellationToken cancellationToken)
    {
        bool isNew = await store.WriteAsync(
            $"alert {alert.Id[..Math.Min(6, alert.Id.Length)]}",
            tables => (tables.Append(alert), !tables.AlertIds.ContainsKey(alert.Id)));
        await store.SyncAsync(cancellationToken);
        return isNew;
    }

    public async ValueTask<ImmutableArray<StoredAlert>> QueryAsync(AlertQuery query, CancellationToken cancellationToken) =>
        await store.ReadAsync<ImmutableArray<StoredAlert>>(tables =>
        [
            .. (query.After is null ? tables.Alerts.Reverse() : tables.Alerts)
                .Where(a => (query.AssetId is null || a.Alert.AssetId == query.AssetId)
                    && (query.Before is null || a.Ordinal < query.Before) && (query.After is null || a.Ordinal > query.After))
                .Take(query.Limit),
        ]);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (long Ordinal, byte[]? Json) found = await store.ReadAsync(tables =>
            tables.States.TryGetValue($"{stateName}|{grainId}", out (long, byte[]) state) ? state : default);
        grainState.RecordExists = found.Json is not null;
        grainState.ETag = found.Json is null ? null : found.Ordinal.ToString(CultureInfo.InvariantCulture);
        grainState.State = found.Json is null
            ? Activator.CreateInstance<T>() : JsonSerializer.Deserialize<T>(found.Json, StateJson.Options);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] json = StateJson.Serialize(grainState.State);
        string? etag = grainState.ETag;
        string key = $"{stateName}|{grainId}";
        long ordinal = await store.WriteAsync(stateName, tables =>
        {
            Tables next = tables.Write(key, etag, json);
            return (next, next.StateOrdinal);
        });
        grainState.ETag = ordinal.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("No grain of ours clears its state.");

    public async ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken) =>
        await store.WriteAsync("quarantine", tables => (tables.Append(messages), 0));

    public ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(
        long? before, string? reason, int limit, CancellationToken cancellationToken) => new([.. store.Now.Quarantine.Values]);

    /// <summary>The silo's own merging of blocks that overlap.</summary>
    private static ImmutableArray<HistoryPoint> History(
        Tables tables, string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        var points = new PointMerge(from, to, limit);
        string prefix = $"{assetId}|{metric}|";
        foreach ((string key, HistoryBlock block) in tables.Blocks)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && block.First < to && block.Last >= from)
            {
                points.Add(block, Decoder);
            }
        }

        return points.ToImmutable();
    }

    private static Tables SetAside(Tables tables, string assetId)
    {
        TwinRow row = tables.Twins[assetId];
        return tables with { Twins = tables.Twins.SetItem(assetId, row with { Slots = row.Slots.RemoveAll(s => s.IsDamaged) }) };
    }
}
