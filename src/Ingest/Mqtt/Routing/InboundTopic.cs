namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>
/// What one connection remembers of a topic: that its name is valid, who subscribes to it, and what the inlet made of it.
/// Belongs to one read loop, so it needs no lock.
/// </summary>
internal sealed class InboundTopic(byte[] name)
{
    private readonly byte[] name = name;
    private RouteSet routes = RouteSet.Empty;
    private long routesVersion = -1;

    /// <summary>A field because <see cref="InboundPublish.TopicTag"/> hands out a reference to it.</summary>
    public object? Tag;

    public ReadOnlySpan<byte> Utf8 => name;

    public byte[] Name => name;

    /// <summary>The version of the subscriptions that <see cref="Routes"/> answered for last.</summary>
    public long RoutesVersion => routesVersion;

    public RouteSet Routes(TopicTrie trie)
    {
        long current = trie.Version;
        if (current != routesVersion)
        {
            // The version is read first: a change in between makes us resolve once more, never keep a stale answer.
            routes = trie.Match(name);
            routesVersion = current;
        }

        return routes;
    }
}
