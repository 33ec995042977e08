namespace Millwright.Ingest.Mqtt.Client;

/// <summary>What the server answered to CONNECT.</summary>
public sealed record MqttConnectResult(bool SessionPresent, string ClientId, int ReceiveMaximum, TimeSpan KeepAlive);
