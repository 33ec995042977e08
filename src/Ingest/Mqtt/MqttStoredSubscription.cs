namespace Millwright.Ingest.Mqtt;

/// <param name="Filter">As the client asked, with the share prefix.</param>
/// <param name="Identifier">0: none.</param>
public sealed record MqttStoredSubscription(string Filter, byte Qos, bool NoLocal, bool RetainAsPublished, uint Identifier);
