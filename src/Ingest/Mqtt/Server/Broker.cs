using System.Text;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Sessions;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>What all connections share: subscriptions, retained messages, sessions, and the way a message takes to its receivers.</summary>
internal sealed class Broker
{
    private readonly byte[][] refusedFilters;

    public Broker(MqttServerOptions options, IMqttInlet inlet, MqttServices services)
    {
        Options = options;
        Inlet = inlet;
        Services = services;
        Log = services.Loggers.CreateLogger<MqttServer>();
        Retained = new RetainedStore(options.MaxRetainedMessages, options.MaxRetainedBytes);
        Sessions = new SessionDirectory(this);
        Keeper = services.SessionStore is { } store ? new SessionKeeper(this, store, services.Journal) : null;
        StartedAt = services.Time.GetUtcNow();
        HashSeed = (uint)System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        refusedFilters = [.. options.RefusedSubscriptions.Select(Encoding.UTF8.GetBytes)];
    }

    public MqttServerOptions Options { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>
    /// Unpredictable on purpose: it keeps prepared topics from colliding in the topic caches. No behaviour depends on it.
    /// </summary>
    public uint HashSeed { get; }

    public IMqttInlet Inlet { get; }

    public MqttServices Services { get; }

    public MqttInstruments Instruments => Services.Instruments;

    public TimeProvider Time => Services.Time;

    public ILogger Log { get; }

    public TopicTrie Trie { get; } = new();

    public RetainedStore Retained { get; }

    public SessionDirectory Sessions { get; }

    /// <summary>Null: nothing is stored.</summary>
    public SessionKeeper? Keeper { get; }

    /// <summary>
    /// What happened to a session that survives us becomes durable; returns the position that the client's answer waits for.
    /// </summary>
    public long Record(Session session, MqttSessionEvent happened)
    {
        // Before the journal has it: whoever saves a later position must see that this session changed.
        session.MarkChanged();
        return session.IsDurable && Services.Journal is { } journal ? journal.Append(happened) : 0;
    }

    /// <summary>A message that is durable goes to whoever subscribes now, and is retained.</summary>
    public void Route(in PendingRoute pending, Session? publisher)
    {
        if (pending.Message.Retain)
        {
            Retain(pending.Message);
        }

        RouteSet routes = pending.TrieVersion == Trie.Version ? pending.Routes : Trie.Match(pending.Message.TopicUtf8.Span);
        Distribute(routes, pending.Message, publisher);
    }

    public bool IsRefused(byte[] filter) => Array.Exists(refusedFilters, refused => TopicRules.Covers(refused, filter));

    public void Retain(MqttMessage message)
    {
        if (!Retained.Set(message))
        {
            Instruments.CountDropped(DropReason.RetainedFull, 1);
            return;
        }

        Keeper?.Retain(message);
    }

    /// <summary>
    /// Hands a message to every receiver. <paramref name="publisher"/>: the session it came from, null for the server itself.
    /// </summary>
    public static void Distribute(RouteSet routes, MqttMessage message, Session? publisher)
    {
        foreach (Delivery delivery in routes.Direct)
        {
            Delivery? wanted = delivery.Session == publisher ? delivery.ToSelf : delivery;
            if (wanted is not null)
            {
                Deliver(wanted, message);
            }
        }

        foreach (SharedGroup group in routes.Shared)
        {
            if (group.Next() is { } member)
            {
                Deliver(member, message);
            }
        }
    }

    /// <summary>A message of the server's own; it does not pass the inlet.</summary>
    public void Publish(MqttMessage message)
    {
        if (message.Retain)
        {
            Retain(message);
        }

        Distribute(Trie.Match(message.TopicUtf8.Span), message, null);
    }

    /// <summary>A will goes the way of any other publish, inlet included: a gateway's death is news for its twin.</summary>
    public async Task PublishWillAsync(MqttSource source, WillPacket will, CancellationToken cancellationToken)
    {
        long position = OfferWill(source, will, out bool accepted);
        try
        {
            if (position > 0)
            {
                await Inlet.WaitDurableAsync(position, cancellationToken);
            }
        }
        catch (InletUnavailableException e)
        {
            // Nobody is there to be told; the message still reaches the subscribers below.
            Log.LogInletUnavailable(source.ConnectionId, source.ClientId, e);
        }

        if (accepted)
        {
            Publish(will.ToMessage(Time.GetUtcNow()));
        }
    }

    private static void Deliver(Delivery delivery, MqttMessage message) => delivery.Session.Enqueue(
        message, Math.Min(message.Qos, delivery.Qos), message.Retain && delivery.RetainAsPublished, delivery.Identifiers);

    private long OfferWill(MqttSource source, WillPacket will, out bool accepted)
    {
        var publish = new InboundPublish(source, new InboundTopic(will.Topic), will.Payload, will.Properties)
        {
            Qos = will.Qos,
            Retain = will.Retain,
            IsWill = true,
        };
        InletResult result = Inlet.Publish(publish);
        accepted = result.Reason < MqttReason.UnspecifiedError;
        return result.Position;
    }
}
