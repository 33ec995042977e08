namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>One level of the trie.</summary>
internal sealed class TopicNode
{
    private Dictionary<byte[], TopicNode>? children;

    /// <summary>The child for <c>+</c>.</summary>
    public TopicNode? Any { get; private set; }

    /// <summary>Subscriptions that end at this level.</summary>
    public TopicTerminal? Here { get; set; }

    /// <summary>Subscriptions that end in <c>#</c> after this level.</summary>
    public TopicTerminal? Below { get; set; }

    public bool IsEmpty => children is null && Any is null && Here is null && Below is null;

    public TopicNode? Find(ReadOnlySpan<byte> level)
    {
        if (children is null)
        {
            return null;
        }

        return children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out TopicNode? child) ? child : null;
    }

    public TopicNode? Child(ReadOnlySpan<byte> level) => TopicRules.IsPlus(level) ? Any : Find(level);

    public TopicNode GetOrAdd(ReadOnlySpan<byte> level)
    {
        if (TopicRules.IsPlus(level))
        {
            return Any ??= new TopicNode();
        }

        if (Find(level) is { } known)
        {
            return known;
        }

        children ??= new Dictionary<byte[], TopicNode>(LevelComparer.Instance);
        return children[level.ToArray()] = new TopicNode();
    }

    public void Drop(ReadOnlySpan<byte> level)
    {
        if (TopicRules.IsPlus(level))
        {
            Any = null;
            return;
        }

        children?.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
        children = children is { Count: 0 } ? null : children;
    }

    public bool RemoveHere(Subscription subscription)
    {
        bool removed = Here?.Remove(subscription) ?? false;
        Here = Here is { IsEmpty: true } ? null : Here;
        return removed;
    }

    public bool RemoveBelow(Subscription subscription)
    {
        bool removed = Below?.Remove(subscription) ?? false;
        Below = Below is { IsEmpty: true } ? null : Below;
        return removed;
    }
}
