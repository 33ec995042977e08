using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// Keeps one subscription to an existing broker alive and hands its messages to the inlet, which is the same as that of our own
/// endpoint. The broker is acknowledged only when the inlet says that a message is durable.
/// </summary>
public sealed class MqttBrokerSource(
    MqttBrokerSourceOptions options, IMqttInlet inlet, TimeProvider time, ILogger<MqttBrokerSource> logger) : BackgroundService
{
    private readonly MqttClientSession session = new();
    private readonly Random jitter = new(options.Seed);
    private volatile bool isConnected;

    /// <summary>For health checks: connected and subscribed.</summary>
    public bool IsConnected => isConnected;

    /// <summary>Raised on each change of <see cref="IsConnected"/>.</summary>
    public event Action<bool>? ConnectionChanged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan pause = options.MinPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(stoppingToken);
                pause = options.MinPause;
            }
            catch (Exception e) when (IsEnvironment(e) && !stoppingToken.IsCancellationRequested)
            {
                logger.LogBrokerUnavailable(options.Address.Host, pause, e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await PauseAsync(pause, stoppingToken);
            pause = pause * 2 < options.MaxPause ? pause * 2 : options.MaxPause;
        }
    }

    private static bool IsEnvironment(Exception e)
        => e is IOException or SocketException or OperationCanceledException or System.Net.WebSockets.WebSocketException
            or System.Security.Authentication.AuthenticationException;

    /// <summary>One connection, from CONNECT to its end. Returns when it had been established and was lost.</summary>
    private async Task ServeAsync(CancellationToken stoppingToken)
    {
        await using var client = new MqttClient(options.ToClientOptions(), inlet, time, session);
        await client.ConnectAsync(stoppingToken);
        MqttReason[] reasons = await client.SubscribeAsync([.. options.ToSubscriptions()]).WaitAsync(stoppingToken);
        if (Array.Find(reasons, r => r >= MqttReason.UnspecifiedError) is var refused and not MqttReason.Success)
        {
            throw new MqttConnectionException($"The broker refused a subscription: {refused}.") { Reason = refused };
        }

        SetConnected(true);
        logger.LogBrokerConnected(options.Address.Host, reasons.Length);
        try
        {
            MqttReason reason = await client.Completed.WaitAsync(stoppingToken);
            logger.LogBrokerLost(options.Address.Host, reason);
        }
        catch (OperationCanceledException)
        {
            // We stop: an orderly goodbye leaves the session with the broker.
            await client.DisconnectAsync();
            throw;
        }
        finally
        {
            SetConnected(false);
        }
    }

    private void SetConnected(bool value)
    {
        isConnected = value;
        ConnectionChanged?.Invoke(value);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(pause * (0.5 + (jitter.NextDouble() / 2)), time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop sees it.
        }
    }
}
