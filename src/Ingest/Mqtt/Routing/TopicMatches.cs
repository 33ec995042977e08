namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>What a walk of the trie gathers.</summary>
internal sealed class TopicMatches
{
    public List<Subscription> Direct { get; } = [];

    public List<SharedGroup> Shared { get; } = [];

    public RouteSet ToRouteSet()
        => Direct.Count == 0 && Shared.Count == 0 ? RouteSet.Empty : new RouteSet(Delivery.Fold(Direct), [.. Shared]);
}
