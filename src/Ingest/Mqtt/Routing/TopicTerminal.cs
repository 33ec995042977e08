using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>The subscriptions to one filter.</summary>
internal sealed class TopicTerminal
{
    private readonly Dictionary<Session, Subscription> direct = [];
    private Dictionary<string, SharedGroup>? shared;

    public bool IsEmpty => direct.Count == 0 && shared is null;

    public bool Set(Subscription subscription)
    {
        if (subscription.Group is not { } name)
        {
            bool added = !direct.ContainsKey(subscription.Session);
            direct[subscription.Session] = subscription;
            return added;
        }

        shared ??= new Dictionary<string, SharedGroup>(StringComparer.Ordinal);
        if (!shared.TryGetValue(name, out SharedGroup? group))
        {
            shared[name] = group = new SharedGroup();
        }

        bool replaced = group.Remove(subscription);
        group.Set(subscription);
        return !replaced;
    }

    public bool Remove(Subscription subscription)
    {
        if (subscription.Group is not { } name)
        {
            return direct.Remove(subscription.Session);
        }

        if (shared is null || !shared.TryGetValue(name, out SharedGroup? group))
        {
            return false;
        }

        bool removed = group.Remove(subscription);
        if (group.IsEmpty)
        {
            shared.Remove(name);
            shared = shared.Count == 0 ? null : shared;
        }

        return removed;
    }

    public void AddTo(TopicMatches found)
    {
        found.Direct.AddRange(direct.Values);
        if (shared is not null)
        {
            found.Shared.AddRange(shared.Values);
        }
    }
}
