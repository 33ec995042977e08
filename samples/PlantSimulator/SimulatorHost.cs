using System.Net.Sockets;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Simulation.Publishing;

namespace Millwright.Simulation;

/// <summary>Runs the demo plant against an MQTT endpoint in the background: what <c>--demo</c> starts inside the silo.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly MqttClientOptions address;
    private readonly ulong seed;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private Task run = Task.CompletedTask;

    /// <param name="endpoint">E.g. <c>mqtt://127.0.0.1:1883</c>.</param>
    public SimulatorHost(Uri endpoint, ulong seed, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        string clientId = $"millwright-simulator-{Environment.ProcessId}";
        if (!BrokerAddress.TryParse(endpoint.OriginalString, clientId, out address, out string fault))
        {
            throw new ArgumentException(fault, nameof(endpoint));
        }

        this.seed = seed;
        this.time = time;
    }

    /// <summary>Null until the plant has started, which is when the endpoint was reached for the first time.</summary>
    public PlantSimulation? Simulation { get; private set; }

    /// <summary>Why it stopped by itself; null while all is well.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Returns at once; the endpoint may come up later.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        run = RunAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        if (!stopping.IsCancellationRequested)
        {
            await stopping.CancelAsync();
        }

        await run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using MqttTelemetryPublisher publisher = await ConnectAsync(cancellationToken);

            // The plant's time zero is now, not when the process began: the visitor's two minutes count from the first message.
            Simulation = new PlantSimulation(new SimulationOptions { Seed = seed, Start = time.GetUtcNow() });
            await new SimulatorRunner(Simulation, publisher, time).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped while it waited for an answer.
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The endpoint refuses us for good; a demo without a plant is shown as such, the silo goes on.
            Fault = e;
        }
    }

    private async Task<MqttTelemetryPublisher> ConnectAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await MqttTelemetryPublisher.ConnectAsync(address, time, cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
    }
}
