using Millwright.Ingest.Mqtt;
using Millwright.Simulation;
using Microsoft.Extensions.Options;

namespace Millwright.Silo.Hosting;

public static class DemoHosting
{
    /// <summary>With <c>--demo</c>: a simulated plant that publishes to the real endpoint, as machines would.</summary>
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        if (builder.Options().Demo)
        {
            builder.Services.AddHostedService<DemoService>();
        }
    }

    private sealed class DemoService(MqttServer server, IOptions<SiloOptions> options, TimeProvider time) : IHostedService, IAsyncDisposable
    {
        private SimulatorHost? simulator;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            simulator = new SimulatorHost(new Uri($"mqtt://127.0.0.1:{server.LocalEndPoint!.Port}"), (ulong)options.Value.Seed, time);
            return simulator.StartAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => simulator?.StopAsync() ?? Task.CompletedTask;

        public ValueTask DisposeAsync() => simulator?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
