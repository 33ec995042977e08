using System.Net.Sockets;
using System.Text.Json;
using Millwright.Cli.Drill.Verdict;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Cli.Drill.Canary;

/// <summary>
/// Hears alerts of the canary over MQTT, as a dashboard would that must miss none: in a session that outlives its connections and the
/// silo's deaths. It subscribes once; what it does not hear afterwards, somebody has lost.
/// </summary>
internal sealed class AlertEar(MqttClientOptions address, string @namespace, Recovery recovery, TimeProvider time) : IMqttInlet
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromHours(1);

    private readonly string prefix = @namespace + ":";
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeardAlerts Heard { get; } = new();

    /// <summary>Completes when the silo has confirmed the subscription: no alert after that may be missed.</summary>
    public Task Listening => listening.Task;

    /// <summary>The server came back without the session.</summary>
    public int LostSessions { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Down, or the drill is over; the loop looks which.
            }

            await Task.WhenAny(Task.Delay(ReconnectPause, time, cancellationToken));
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        bool isFirst = !listening.Task.IsCompleted;
        MqttClientOptions session = address with
        {
            ClientId = $"{address.ClientId}-ear",
            CleanStart = isFirst,
            SessionExpiry = SessionExpiry,
        };
        await using var client = new MqttClient(session, this, time);
        MqttConnectResult connected = await client.ConnectAsync(cancellationToken);
        if (!connected.SessionPresent)
        {
            LostSessions += isFirst ? 0 : 1;
            await client.SubscribeAsync(new MqttSubscription("millwright/alerts/#", 1)).WaitAsync(cancellationToken);
            listening.TrySetResult();
        }

        await client.Completed.WaitAsync(cancellationToken);
    }

    public InletResult Publish(in InboundPublish publish)
    {
        try
        {
            using JsonDocument alert = JsonDocument.Parse(publish.Payload.ToArray());
            string asset = alert.RootElement.GetProperty("partitionkey").GetString() ?? "";
            if (asset.StartsWith(prefix, StringComparison.Ordinal))
            {
                Heard.Add(alert.RootElement.GetProperty("id").GetString() ?? "");
                recovery.Alerted(alert.RootElement.GetProperty("time").GetDateTimeOffset());
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Somebody else's message on the alert topic: not the canary's.
        }

        return InletResult.Accepted(0);
    }

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
