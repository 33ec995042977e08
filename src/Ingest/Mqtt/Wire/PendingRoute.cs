using Millwright.Ingest.Mqtt.Routing;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>A message that goes to its subscribers when it is durable.</summary>
/// <param name="Routes">Its receivers when it was published.</param>
/// <param name="TrieVersion">Of which they are; when subscriptions changed since, they are looked up again.</param>
internal readonly record struct PendingRoute(MqttMessage Message, RouteSet Routes, long TrieVersion);
