using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>What one session gets of a topic: its overlapping subscriptions folded into one message with all their identifiers.</summary>
internal sealed class Delivery
{
    private readonly Subscription[] subscriptions;

    private Delivery(Subscription[] subscriptions)
    {
        this.subscriptions = subscriptions;
        Session = subscriptions[0].Session;
        Qos = subscriptions.Max(s => s.Qos);
        RetainAsPublished = subscriptions.Any(s => s.RetainAsPublished);
        Identifiers = [.. subscriptions.Select(s => s.Identifier).Where(id => id != 0).Distinct()];
        ToSelf = this;
        if (subscriptions.Any(s => s.NoLocal))
        {
            Subscription[] others = [.. subscriptions.Where(s => !s.NoLocal)];
            ToSelf = others.Length == 0 ? null : new Delivery(others);
        }
    }

    public Session Session { get; }

    public byte Qos { get; }

    public bool RetainAsPublished { get; }

    public uint[] Identifiers { get; }

    /// <summary>The same when the session is the publisher itself: without what it wants no echo of; null when nothing remains.</summary>
    public Delivery? ToSelf { get; }

    public static Delivery[] Fold(List<Subscription> matches)
        => [.. matches.GroupBy(s => s.Session, ReferenceEqualityComparer.Instance).Select(g => new Delivery([.. g]))];

    public static Delivery Of(Subscription subscription) => new([subscription]);

    public override string ToString() => $"{Session.ClientId} x{subscriptions.Length}";
}
