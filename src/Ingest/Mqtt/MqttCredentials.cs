namespace Millwright.Ingest.Mqtt;

/// <summary>What a client says of itself in CONNECT.</summary>
public sealed record MqttCredentials(string ClientId, string? UserName, ReadOnlyMemory<byte> Password, string Remote);
