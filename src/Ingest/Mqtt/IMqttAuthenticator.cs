namespace Millwright.Ingest.Mqtt;

/// <summary>Decides who may connect, subscribe and publish.</summary>
public interface IMqttAuthenticator
{
    /// <summary><see cref="MqttReason.Success"/>, or the reason of the refusal (0x86, 0x87, 0x8A …).</summary>
    ValueTask<MqttReason> ConnectAsync(MqttCredentials credentials, CancellationToken cancellationToken);
}
