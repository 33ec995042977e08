using System.Net.Sockets;
using System.Text.Json;
using Millwright.Cli.Drill.Verdict;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Cli.Drill.Canary;

/// <summary>Hears alerts of the canary over MQTT, as a dashboard would. It measures; what counts is read from the store later.</summary>
internal sealed class AlertEar(MqttClientOptions address, string @namespace, Recovery recovery, TimeProvider time) : IMqttInlet
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(25);
    private readonly string prefix = @namespace + ":";
    private long heard;

    /// <summary>Alert events of the canary, repetitions included.</summary>
    public long Heard => Interlocked.Read(ref heard);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var client = new MqttClient(address with { ClientId = $"{address.ClientId}-ear" }, this, time);
                await client.ConnectAsync(cancellationToken);
                await client.SubscribeAsync(new MqttSubscription("millwright/alerts/#", 1)).WaitAsync(cancellationToken);
                await client.Completed.WaitAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Down, or the drill is over; the loop looks which.
            }

            await Task.WhenAny(Task.Delay(ReconnectPause, time, cancellationToken));
        }
    }

    public InletResult Publish(in InboundPublish publish)
    {
        try
        {
            using JsonDocument alert = JsonDocument.Parse(publish.Payload.ToArray());
            string asset = alert.RootElement.GetProperty("partitionkey").GetString() ?? "";
            if (asset.StartsWith(prefix, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref heard);
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
