using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// State in memory, for tests and demonstrations. It keeps bytes, not objects: what a grain changes and does not write is gone with the
/// activation, as it would be with a real storage.
/// </summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), Record> records = new();
    private long lastEtag;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        bool exists = records.TryGetValue((stateName, grainId), out Record? record);
        grainState.State = exists ? StateJson.Deserialize<T>(record!.Bytes) : default;
        grainState.ETag = record?.Etag;
        grainState.RecordExists = exists;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string etag = Interlocked.Increment(ref lastEtag).ToString(CultureInfo.InvariantCulture);
        var next = new Record(StateJson.Serialize(grainState.State), etag);
        (string, GrainId) key = (stateName, grainId);
        bool written = grainState.ETag is null
            ? records.TryAdd(key, next)
            : records.TryGetValue(key, out Record? stored) && stored.Etag == grainState.ETag && records.TryUpdate(key, next, stored);
        if (!written)
        {
            throw Conflict("write", key, grainState.ETag);
        }

        grainState.ETag = next.Etag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (string, GrainId) key = (stateName, grainId);
        bool cleared = records.TryGetValue(key, out Record? stored)
            ? stored.Etag == grainState.ETag && records.TryRemove(KeyValuePair.Create(key, stored))
            : grainState.ETag is null;
        if (!cleared)
        {
            throw Conflict("clear", key, grainState.ETag);
        }

        grainState.State = default;
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private InconsistentStateException Conflict(string verb, (string Name, GrainId Grain) key, string? etag)
    {
        string? stored = records.TryGetValue(key, out Record? record) ? record.Etag : null;
        return new InconsistentStateException(
            $"Cannot {verb} the state {key.Name} of {key.Grain}: it was changed since it was read.", stored, etag);
    }

    private sealed record Record(byte[] Bytes, string Etag);
}
