using System.Text.Json;
using Millwright.Alerts;
using Millwright.Ingest.Mqtt;
using Millwright.Silo.Api;
using Millwright.Silo.Fleet;
using Millwright.Silo.Hosting;
using Millwright.Twins;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Silo.Announcing;

/// <summary>Tells MQTT subscribers what the streams carry: alerts as CloudEvents, and each twin's newest state, retained.</summary>
public sealed partial class MqttAnnouncer(
    IClusterClient client,
    MqttServer server,
    FleetIndex fleet,
    IAlertRenderer renderer,
    IOptions<SiloOptions> options,
    ILogger<MqttAnnouncer> logger) : IHostedService
{
    private StreamSubscriptionHandle<AlertEvent>? alerts;
    private StreamSubscriptionHandle<TwinState>? twins;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IStreamProvider streams = client.GetStreamProvider(TwinStreams.Provider);
        alerts = await streams.GetStream<AlertEvent>(StreamId.Create(TwinStreams.Alerts, TwinStreams.All))
            .SubscribeAsync((alert, _) => Guarded(() => AnnounceAsync(alert)));
        if (options.Value.AnnounceTwins)
        {
            twins = await streams.GetStream<TwinState>(StreamId.Create(TwinStreams.Changes, TwinStreams.All))
                .SubscribeAsync((twin, _) => Guarded(() => AnnounceAsync(twin)));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await (alerts?.UnsubscribeAsync() ?? Task.CompletedTask);
        await (twins?.UnsubscribeAsync() ?? Task.CompletedTask);
    }

    /// <summary>An asset name may hold what a topic name may not.</summary>
    internal static string Level(string assetId) =>
        assetId.Replace("%", "%25", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal)
            .Replace("#", "%23", StringComparison.Ordinal);

    private Task AnnounceAsync(AlertEvent alert) =>
        server.PublishAsync($"millwright/alerts/{Level(alert.AssetId)}", renderer.Render(alert), qos: 1).AsTask();

    private Task AnnounceAsync(TwinState twin)
    {
        // The index hears of the change on a subscription of its own, perhaps later than we do: the state before must not be retained.
        fleet.Apply(twin);
        return fleet.TryGet(twin.AssetId, out ThingDocument? thing)
            ? server.PublishAsync(
                $"millwright/twins/{Level(twin.AssetId)}", JsonSerializer.SerializeToUtf8Bytes(thing.Root), retain: true).AsTask()
            : Task.CompletedTask;
    }

    private async Task Guarded(Func<Task> announce)
    {
        try
        {
            await announce();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // News only: alerts are in the store, and the next change carries the whole twin.
            LogAnnouncementFailed(logger, fault);
        }
    }

    [LoggerMessage(3100, LogLevel.Warning, "An announcement over MQTT failed")]
    private static partial void LogAnnouncementFailed(ILogger logger, Exception fault);
}
