using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>
/// All subscriptions, by topic level. Every change raises <see cref="Version"/>; publishers keep what they found until then, so the
/// lock here is taken once per topic, connection and change, and not per message.
/// </summary>
internal sealed class TopicTrie
{
    private readonly Lock gate = new();
    private readonly TopicNode root = new();
    private long version;

    public long Version => Volatile.Read(ref version);

    public int Count { get; private set; }

    /// <summary>Adds or replaces; true when the session had no subscription to exactly this filter (and group).</summary>
    public bool Set(Subscription subscription)
    {
        lock (gate)
        {
            bool added = TerminalOf(subscription.Filter).Set(subscription);
            Count += added ? 1 : 0;
            Volatile.Write(ref version, version + 1);
            return added;
        }
    }

    public bool Remove(Subscription subscription)
    {
        lock (gate)
        {
            bool removed = Remove(root, subscription.Filter, subscription);
            if (removed)
            {
                Count--;
                Volatile.Write(ref version, version + 1);
            }

            return removed;
        }
    }

    public RouteSet Match(ReadOnlySpan<byte> topic)
    {
        lock (gate)
        {
            if (Count == 0)
            {
                return RouteSet.Empty;
            }

            var found = new TopicMatches();
            Collect(root, topic, false, topic[0] == (byte)'$', found);
            return found.ToRouteSet();
        }
    }

    private static void Collect(TopicNode node, ReadOnlySpan<byte> rest, bool ended, bool hidden, TopicMatches found)
    {
        if (!hidden)
        {
            node.Below?.AddTo(found);
        }

        if (ended)
        {
            node.Here?.AddTo(found);
            return;
        }

        ReadOnlySpan<byte> level = TopicRules.NextLevel(ref rest, out bool last);
        if (node.Find(level) is { } child)
        {
            Collect(child, rest, last, false, found);
        }

        if (node.Any is { } any && !hidden)
        {
            Collect(any, rest, last, false, found);
        }
    }

    private static bool Remove(TopicNode node, ReadOnlySpan<byte> rest, Subscription subscription)
    {
        ReadOnlySpan<byte> level = TopicRules.NextLevel(ref rest, out bool last);
        if (TopicRules.IsHash(level))
        {
            return node.RemoveBelow(subscription);
        }

        if (node.Child(level) is not { } child)
        {
            return false;
        }

        bool removed = last ? child.RemoveHere(subscription) : Remove(child, rest, subscription);
        if (child.IsEmpty)
        {
            node.Drop(level);
        }

        return removed;
    }

    private TopicTerminal TerminalOf(ReadOnlySpan<byte> filter)
    {
        TopicNode node = root;
        while (true)
        {
            ReadOnlySpan<byte> level = TopicRules.NextLevel(ref filter, out bool last);
            if (TopicRules.IsHash(level))
            {
                return node.Below ??= new TopicTerminal();
            }

            node = node.GetOrAdd(level);
            if (last)
            {
                return node.Here ??= new TopicTerminal();
            }
        }
    }
}
