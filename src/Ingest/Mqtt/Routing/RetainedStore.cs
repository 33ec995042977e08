using System.Collections.Concurrent;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>
/// The last retained message of each topic, bounded in number and bytes. At a bound a new topic is refused; known ones go on.
/// </summary>
internal sealed class RetainedStore(int maxMessages, long maxBytes)
{
    private readonly ConcurrentDictionary<byte[], MqttMessage> messages = new(LevelComparer.Instance);
    private readonly Lock gate = new();
    private long bytes;

    public int Count => messages.Count;

    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>An empty payload removes. False: refused at the bound.</summary>
    public bool Set(MqttMessage message)
    {
        byte[] topic = message.TopicUtf8.ToArray();
        lock (gate)
        {
            int before = messages.TryGetValue(topic, out MqttMessage? known) ? known.Weight : 0;
            if (message.Payload.IsEmpty)
            {
                messages.TryRemove(topic, out _);
                bytes -= before;
                return true;
            }

            long after = bytes - before + message.Weight;
            if (after > maxBytes || (known is null && messages.Count >= maxMessages))
            {
                return false;
            }

            messages[topic] = message;
            bytes = after;
            return true;
        }
    }

    /// <summary>What a new subscription to <paramref name="filter"/> gets first; expired messages are dropped on the way.</summary>
    public MqttMessage[] Match(byte[] filter, DateTimeOffset now)
    {
        if (messages.IsEmpty)
        {
            return [];
        }

        if (!filter.AsSpan().ContainsAny((byte)'+', (byte)'#'))
        {
            return messages.TryGetValue(filter, out MqttMessage? exact) && !DropExpired(exact, now) ? [exact] : [];
        }

        var found = new List<MqttMessage>();
        foreach (MqttMessage message in messages.Values)
        {
            if (TopicRules.Matches(filter, message.TopicUtf8.Span) && !DropExpired(message, now))
            {
                found.Add(message);
            }
        }

        return [.. found];
    }

    public IReadOnlyCollection<MqttMessage> All() => [.. messages.Values];

    private bool DropExpired(MqttMessage message, DateTimeOffset now)
    {
        if (!message.IsExpired(now))
        {
            return false;
        }

        lock (gate)
        {
            if (messages.TryRemove(new KeyValuePair<byte[], MqttMessage>(message.TopicUtf8.ToArray(), message)))
            {
                bytes -= message.Weight;
            }
        }

        return true;
    }
}
