using System.Diagnostics.Metrics;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt;

/// <summary>The endpoint's metrics, and the same figures for the system page. Counted per read batch, not per packet.</summary>
public sealed class MqttInstruments
{
    public const string MeterName = "Millwright.Ingest";
    private readonly UpDownCounter<long> connections;
    private readonly Counter<long> packetsIn;
    private readonly Counter<long> messagesIn;
    private readonly Counter<long> messagesOut;
    private readonly Counter<long> bytesIn;
    private readonly Counter<long> bytesOut;
    private readonly Counter<long> dropped;
    private readonly Counter<long> malformed;
    private readonly Counter<long> refused;
    private long totalMessagesIn;
    private long totalMessagesOut;
    private long totalDropped;
    private long totalMalformed;

    /// <param name="meters">Null: nothing is exported, the figures below are kept all the same.</param>
    public MqttInstruments(IMeterFactory? meters)
    {
        // A meter without factory is never collected by anyone who asks for the factory's; it costs a check per count.
        Meter meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        connections = meter.CreateUpDownCounter<long>("millwright.mqtt.connections.open", "{connection}");
        packetsIn = meter.CreateCounter<long>("millwright.mqtt.packets.received", "{packet}");
        messagesIn = meter.CreateCounter<long>("millwright.mqtt.messages.received", "{message}");
        messagesOut = meter.CreateCounter<long>("millwright.mqtt.messages.sent", "{message}");
        bytesIn = meter.CreateCounter<long>("millwright.mqtt.bytes.received", "By");
        bytesOut = meter.CreateCounter<long>("millwright.mqtt.bytes.sent", "By");
        dropped = meter.CreateCounter<long>("millwright.mqtt.messages.dropped", "{message}");
        malformed = meter.CreateCounter<long>("millwright.mqtt.packets.malformed", "{packet}");
        refused = meter.CreateCounter<long>("millwright.mqtt.messages.refused", "{message}");
    }

    public long MessagesIn => Volatile.Read(ref totalMessagesIn);

    public long MessagesOut => Volatile.Read(ref totalMessagesOut);

    public long Dropped => Volatile.Read(ref totalDropped);

    public long Malformed => Volatile.Read(ref totalMalformed);

    internal void CountConnection(int change) => connections.Add(change);

    internal void CountBatch(int packets, int messages, long bytes)
    {
        packetsIn.Add(packets);
        bytesIn.Add(bytes);
        if (messages > 0)
        {
            messagesIn.Add(messages);
            Interlocked.Add(ref totalMessagesIn, messages);
        }
    }

    internal void CountMessagesOut(int messages)
    {
        if (messages > 0)
        {
            messagesOut.Add(messages);
            Interlocked.Add(ref totalMessagesOut, messages);
        }
    }

    internal void CountBytesOut(long bytes) => bytesOut.Add(bytes);

    internal void CountDropped(DropReason reason, int messages)
    {
        dropped.Add(messages, new KeyValuePair<string, object?>("reason", reason.ToString()));
        Interlocked.Add(ref totalDropped, messages);
    }

    internal void CountMalformed(PacketFault fault)
    {
        malformed.Add(1, new KeyValuePair<string, object?>("reason", fault.ToString()));
        Interlocked.Increment(ref totalMalformed);
    }

    internal void CountRefused(MqttReason reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
}
