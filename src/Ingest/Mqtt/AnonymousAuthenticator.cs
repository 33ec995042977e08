namespace Millwright.Ingest.Mqtt;

/// <summary>Lets everyone in: the default, for a network that is closed by other means.</summary>
public sealed class AnonymousAuthenticator : IMqttAuthenticator
{
    public ValueTask<MqttReason> ConnectAsync(MqttCredentials credentials, CancellationToken cancellationToken) => new(MqttReason.Success);
}
