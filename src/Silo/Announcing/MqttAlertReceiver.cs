using Millwright.Grains.Alerts;
using Millwright.Ingest.Mqtt;
using Millwright.Silo.Api;

namespace Millwright.Silo.Announcing;

/// <summary>Our own MQTT endpoint: alerts as CloudEvents on <c>millwright/alerts/{asset}</c>, QoS 1, to whoever has subscribed.</summary>
public sealed class MqttAlertReceiver(MqttServer server, IAlertRenderer renderer) : IAlertReceiver
{
    public string Name => "mqtt";

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask<string?> DeliverAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        try
        {
            string topic = $"millwright/alerts/{MqttAnnouncer.Level(alert.Alert.AssetId)}";
            await server.PublishAsync(topic, renderer.Render(alert.Alert), qos: 1);
            return null;
        }
        catch (ArgumentException fault)
        {
            // An asset id that is no topic stays one: the next alert is not to wait for it.
            return $"topic.invalid: {fault.Message}";
        }
    }

    /// <summary>It is in the queues of the sessions; those that last are now saved, so a crash does not empty them.</summary>
    public ValueTask SettleAsync(CancellationToken cancellationToken) => server.SaveSessionsAsync(cancellationToken);
}
