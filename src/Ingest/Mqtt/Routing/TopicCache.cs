using System.Numerics;
using System.Runtime.InteropServices;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>
/// The topics that one connection publishes to, found by their bytes. A device repeats a handful of topics for ever, so the check
/// of the name, the walk of the trie and the inlet's mapping are done once per topic instead of once per message.
/// Open addressing; at the bound it starts afresh, which costs time and never correctness.
/// </summary>
internal sealed class TopicCache(int maxTopics, uint seed)
{
    private const int FirstCapacity = 16;
    private Entry[] entries = [];
    private int count;

    /// <summary>Null when the name is not a valid topic name; nothing is remembered of those.</summary>
    public InboundTopic? Find(ReadOnlySpan<byte> name)
    {
        uint hash = Hash(name);
        if (entries.Length > 0)
        {
            int mask = entries.Length - 1;
            for (int slot = (int)(hash & (uint)mask); entries[slot].Topic is { } topic; slot = (slot + 1) & mask)
            {
                if (entries[slot].Hash == hash && topic.Utf8.SequenceEqual(name))
                {
                    return topic;
                }
            }
        }

        return TopicRules.IsName(name) ? Add(name, hash) : null;
    }

    private InboundTopic Add(ReadOnlySpan<byte> name, uint hash)
    {
        if (count >= maxTopics)
        {
            entries = [];
            count = 0;
        }

        if (count * 2 >= entries.Length)
        {
            Grow();
        }

        var topic = new InboundTopic(name.ToArray());
        Insert(new Entry(topic, hash));
        count++;
        return topic;
    }

    private void Grow()
    {
        Entry[] old = entries;
        entries = new Entry[Math.Max(FirstCapacity, old.Length * 2)];
        foreach (Entry entry in old)
        {
            if (entry.Topic is not null)
            {
                Insert(entry);
            }
        }
    }

    private void Insert(Entry entry)
    {
        int mask = entries.Length - 1;
        int slot = (int)(entry.Hash & (uint)mask);
        while (entries[slot].Topic is not null)
        {
            slot = (slot + 1) & mask;
        }

        entries[slot] = entry;
    }

    // Seeded per server, so that nobody can prepare topics that collide. Eight bytes a step: topics are 20 to 60 bytes long.
    private uint Hash(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            ulong hash = seed ^ ((ulong)bytes.Length * 0x9E3779B97F4A7C15UL);
            while (bytes.Length >= 8)
            {
                hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(bytes)) * 0x9FB21C651E98DF25UL, 29);
                bytes = bytes[8..];
            }

            ulong tail = 0;
            foreach (byte value in bytes)
            {
                tail = (tail << 8) | value;
            }

            hash = (hash ^ tail) * 0xD6E8FEB86659FD93UL;
            return (uint)(hash ^ (hash >> 32));
        }
    }

    private readonly record struct Entry(InboundTopic? Topic, uint Hash);
}
