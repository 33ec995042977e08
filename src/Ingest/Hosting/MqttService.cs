using Microsoft.Extensions.Hosting;
using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Hosting;

/// <summary>Opens the MQTT endpoint after everything behind it has started, and closes it before.</summary>
internal sealed class MqttService(MqttServer server) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);
}
