namespace Millwright.Ingest.Payloads.Routing;

/// <summary>
/// Remembers what bytes mean (a topic its route, a name its string). Read without locks by all connections; bounded: when full it starts
/// anew, which costs each key one recomputation per <c>capacity</c> insertions, where evicting one by one would need writes on each read.
/// </summary>
internal sealed class ByteTable<T>(int capacity)
    where T : class
{
    // Beyond this a key is simply not remembered: the answer to bad luck and to chosen collisions.
    private const int MaxProbes = 24;
    private const int InitialSlots = 256;

    private readonly Lock gate = new();
    private Entry?[] slots = new Entry?[InitialSlots];
    private int count;

    /// <summary>How often the table was full and started anew.</summary>
    public int Flushes { get; private set; }

    public T? Find(ReadOnlySpan<byte> key)
    {
        Entry?[] current = Volatile.Read(ref slots);
        uint hash = ByteHash.Of(key);
        uint mask = (uint)(current.Length - 1);
        for (uint probe = 0; probe < MaxProbes; probe++)
        {
            Entry? entry = Volatile.Read(ref current[(hash + (ulong)probe) & mask]);
            if (entry is null)
            {
                return null;
            }

            if (entry.Hash == hash && key.SequenceEqual(entry.Key))
            {
                return entry.Value;
            }
        }

        return null;
    }

    public T Add(ReadOnlySpan<byte> key, T value)
    {
        if (key.Length > DecodeLimits.MaxRememberedBytes)
        {
            return value;
        }

        lock (gate)
        {
            // Another connection may have been first; all must share one instance.
            if (Find(key) is { } existing)
            {
                return existing;
            }

            if (count >= capacity)
            {
                Volatile.Write(ref slots, new Entry?[InitialSlots]);
                count = 0;
                Flushes++;
            }
            else if (count * 2 >= slots.Length)
            {
                Grow();
            }

            if (Place(slots, new Entry(ByteHash.Of(key), key.ToArray(), value)))
            {
                count++;
            }
        }

        return value;
    }

    private void Grow()
    {
        var larger = new Entry?[slots.Length * 2];
        count = 0;
        foreach (Entry? entry in slots)
        {
            count += entry is not null && Place(larger, entry) ? 1 : 0;
        }

        Volatile.Write(ref slots, larger);
    }

    private static bool Place(Entry?[] into, Entry entry)
    {
        uint mask = (uint)(into.Length - 1);
        for (uint probe = 0; probe < MaxProbes; probe++)
        {
            ref Entry? slot = ref into[(entry.Hash + (ulong)probe) & mask];
            if (slot is null)
            {
                Volatile.Write(ref slot, entry);
                return true;
            }
        }

        return false;
    }

    private sealed class Entry(uint hash, byte[] key, T value)
    {
        public readonly uint Hash = hash;
        public readonly byte[] Key = key;
        public readonly T Value = value;
    }
}
