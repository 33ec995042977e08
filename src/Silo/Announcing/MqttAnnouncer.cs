using System.Text.Json;
using Millwright.Ingest.Mqtt;
using Millwright.Silo.Fleet;
using Millwright.Silo.Hosting;
using Millwright.Twins;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Silo.Announcing;

/// <summary>
/// Tells MQTT subscribers each twin's newest state, retained. A change is only news: the next one carries the whole twin. Alerts, of
/// which each counts, go another way: <see cref="AlertFollower"/>.
/// </summary>
public sealed partial class MqttAnnouncer(
    IClusterClient client, MqttServer server, FleetIndex fleet, IOptions<SiloOptions> options, ILogger<MqttAnnouncer> logger)
    : IHostedService
{
    private StreamSubscriptionHandle<TwinState>? twins;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AnnounceTwins)
        {
            IStreamProvider streams = client.GetStreamProvider(TwinStreams.Provider);
            twins = await streams.GetStream<TwinState>(StreamId.Create(TwinStreams.Changes, TwinStreams.All))
                .SubscribeAsync((twin, _) => Guarded(() => AnnounceAsync(twin)));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => twins?.UnsubscribeAsync() ?? Task.CompletedTask;

    /// <summary>An asset name may hold what a topic name may not.</summary>
    internal static string Level(string assetId) =>
        assetId.Replace("%", "%25", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal)
            .Replace("#", "%23", StringComparison.Ordinal);

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
            // News only: the next change carries the whole twin.
            LogAnnouncementFailed(logger, fault);
        }
    }

    [LoggerMessage(3100, LogLevel.Warning, "An announcement over MQTT failed")]
    private static partial void LogAnnouncementFailed(ILogger logger, Exception fault);
}
