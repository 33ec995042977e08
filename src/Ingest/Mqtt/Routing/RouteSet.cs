namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>Everyone who gets the messages of one topic.</summary>
internal sealed class RouteSet(Delivery[] direct, SharedGroup[] shared)
{
    public static readonly RouteSet Empty = new([], []);

    public Delivery[] Direct { get; } = direct;

    public SharedGroup[] Shared { get; } = shared;

    public bool IsEmpty => Direct.Length == 0 && Shared.Length == 0;
}
