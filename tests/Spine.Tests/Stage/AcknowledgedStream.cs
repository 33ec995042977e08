using System.Collections.Concurrent;
using System.Text;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Simulation.Publishing;

namespace Millwright.Spine.Tests.Stage;

/// <summary>
/// A plant that publishes at QoS 1 with times of its own, many messages in flight, and remembers which were acknowledged. What was not
/// when the connection broke is sent again over the next one.
/// </summary>
internal sealed class AcknowledgedStream(int port) : IDisposable
{
    /// <summary>Messages that may wait for their acknowledgement.</summary>
    public const int InFlight = 200;

    private readonly ConcurrentDictionary<(string AssetId, string Metric, DateTimeOffset EventTime), double> acknowledged = new();
    private readonly SemaphoreSlim allowed = new(0);
    private int messages;

    /// <summary>Acknowledged messages.</summary>
    public int Messages => Volatile.Read(ref messages);

    /// <summary>Connections after the first.</summary>
    public int Reconnects { get; private set; }

    /// <summary>Every acknowledged sample.</summary>
    public IReadOnlyDictionary<(string AssetId, string Metric, DateTimeOffset EventTime), double> Acknowledged => acknowledged;

    /// <summary>Lets so many more messages go: what is asked in between then stands still.</summary>
    public void Allow(int more) => allowed.Release(more);

    public async Task RunAsync(IEnumerable<StreamedMessage> plan)
    {
        var address = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "plant" };
        await using MqttTelemetryPublisher publisher =
            await MqttTelemetryPublisher.ConnectAsync(address, TimeProvider.System, CancellationToken.None);
        using var slots = new SemaphoreSlim(InFlight);
        var all = new List<Task>();
        foreach (StreamedMessage message in plan)
        {
            await allowed.WaitAsync();
            await slots.WaitAsync();
            all.Add(PublishAsync(publisher, message, slots));
        }

        await Task.WhenAll(all);
        Reconnects = publisher.Reconnects;
    }

    public void Dispose() => allowed.Dispose();

    private async Task PublishAsync(MqttTelemetryPublisher publisher, StreamedMessage message, SemaphoreSlim slots)
    {
        string topic = "telemetry/" + message.AssetId.Replace(':', '/');
        await publisher.PublishAsync(topic, Encoding.UTF8.GetBytes(message.Payload), 1, CancellationToken.None);
        foreach ((string metric, double value) in message.Values)
        {
            acknowledged[(message.AssetId, metric, message.EventTime)] = value;
        }

        Interlocked.Increment(ref messages);
        slots.Release();
    }
}

/// <summary>What one asset says at one instant.</summary>
internal sealed record StreamedMessage(string AssetId, DateTimeOffset EventTime, IReadOnlyDictionary<string, double> Values)
{
    public string Payload => System.Text.Json.JsonSerializer.Serialize(new { ts = EventTime.ToUnixTimeMilliseconds(), values = Values });
}
