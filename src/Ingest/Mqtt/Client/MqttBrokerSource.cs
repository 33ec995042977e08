using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// Keeps one subscription to an existing broker alive and hands its messages to the inlet, which is the same as that of our own
/// endpoint. The broker is acknowledged only when the inlet says that a message is durable.
/// </summary>
public sealed class MqttBrokerSource(
    MqttBrokerSourceOptions options,
    IMqttInlet inlet,
    TimeProvider time,
    ILogger<MqttBrokerSource> logger,
    IMqttSessionStore? store = null,
    IMqttSessionJournal? journal = null) : BackgroundService
{
    // Without a name the broker keeps no session for us, and there is nothing to remember.
    private readonly ReceiptKeeper? receipts = store is null || journal is null || options.ClientId.Length == 0
        ? null
        : new ReceiptKeeper(options.ClientId, store, journal, inlet);

    private readonly MqttClientSession transient = new();
    private readonly Random jitter = new(options.Seed);
    private volatile bool isConnected;

    /// <summary>For health checks: connected and subscribed.</summary>
    public bool IsConnected => isConnected;

    /// <summary>Raised on each change of <see cref="IsConnected"/>.</summary>
    public event Action<bool>? ConnectionChanged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (receipts is null)
        {
            await KeepConnectedAsync(stoppingToken);
            return;
        }

        await receipts.LoadAsync(stoppingToken);
        using var ended = new CancellationTokenSource();
        Task saving = receipts.RunAsync(time, logger.LogReceiptsNotSaved, ended.Token);
        try
        {
            await KeepConnectedAsync(stoppingToken);
        }
        finally
        {
            await ended.CancelAsync();
            await saving;
        }
    }

    private async Task KeepConnectedAsync(CancellationToken stoppingToken)
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
        await using var client = new MqttClient(options.ToClientOptions(), inlet, time, receipts?.Session ?? transient);
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
