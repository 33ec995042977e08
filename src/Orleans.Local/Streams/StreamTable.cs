using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Runtime;

/// <summary>All streams that have been used lately.</summary>
internal sealed class StreamTable(LocalSilo silo)
{
    private readonly ConcurrentDictionary<(string Provider, StreamId Id), StreamState> streams = new();
    private long subscriptions;

    /// <summary>
    /// The same in every process and every run, as in Orleans: the id of an implicit subscription follows from its parties.
    /// </summary>
    public static Guid IdOf(GrainId grain, StreamState stream)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{grain}|{stream.Provider}|{stream.Id}"), hash);
        return new Guid(hash[..16]);
    }

    public async Task Publish(string provider, StreamId id, object? item)
    {
        while (!await State(provider, id).Publish(item))
        {
            // Dropped as idle this moment; its successor takes the item.
        }
    }

    public StreamSubscription Subscribe(string provider, StreamId id, Activation? subscriber)
    {
        Span<byte> fresh = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(fresh, Interlocked.Increment(ref subscriptions));
        BinaryPrimitives.WriteInt32BigEndian(fresh[8..], id.GetHashCode());
        while (true)
        {
            if (State(provider, id).Subscribe(new Guid(fresh), subscriber) is { } subscription)
            {
                return subscription;
            }
        }
    }

    public IEnumerable<StreamSubscription> Of(string provider, StreamId id, GrainId? subscriber) =>
        State(provider, id).Subscriptions.Where(s => s.Subscriber == subscriber);

    public void DropIdle()
    {
        foreach (KeyValuePair<(string, StreamId), StreamState> stream in streams)
        {
            if (stream.Value.CloseIfIdle())
            {
                streams.TryRemove(stream);
            }
        }
    }

    /// <summary>Delivers what is queued, as far as the subscribers take it at the first try.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        StreamSubscription[] all = [.. streams.Values.SelectMany(static s => s.Subscriptions)];
        foreach (StreamSubscription subscription in all)
        {
            subscription.Complete();
        }

        try
        {
            await Task.WhenAll(all.Select(static s => s.Delivered)).WaitAsync(limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The host's time is up; what was not delivered by now is lost, as everything in memory is.
        }
    }

    private StreamState State(string provider, StreamId id) =>
        streams.GetOrAdd((provider, id), static (key, silo) => new StreamState(silo, key.Provider, key.Id), silo);
}
