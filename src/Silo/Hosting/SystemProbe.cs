using System.Reflection;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Silo.Api;

namespace Millwright.Silo.Hosting;

/// <summary>Reads the running parts; nothing here is counted twice.</summary>
internal sealed class SystemProbe(
    MqttServer mqtt, IntakeInstruments intake, TelemetryLog log, FeedInstruments feed, LagDesk lags, TimeProvider time) : ISystemProbe
{
#if MILLWRIGHT_ORLEANS
    private const string Runtime = "Orleans";
#else
    private const string Runtime = "Local";
#endif

    private static readonly TimeSpan MinRateSpan = TimeSpan.FromSeconds(1);

    // Not the moment at which somebody first asked, which is when this is made.
    private readonly DateTimeOffset started = ProcessStart();
    private readonly Lock gate = new();
    private (DateTimeOffset At, long Messages, long Samples) before = (time.GetUtcNow(), 0, 0);
    private IReadOnlyDictionary<string, double> rates = new Dictionary<string, double>();

    public SystemSnapshot Capture()
    {
        MqttServerStatistics endpoint = mqtt.Statistics;
        FeedStatus? status = feed.Status;
        return new SystemSnapshot
        {
            Version = typeof(SystemProbe).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
            Runtime = Runtime,
            Feed = status,
            Started = started,
            Rates = Rates(),
            Silo = new Dictionary<string, double>
            {
                ["mqttConnections"] = endpoint.Connections,
                ["mqttSessions"] = endpoint.Sessions,
                ["mqttSubscriptions"] = endpoint.Subscriptions,
                ["mqttRetained"] = endpoint.RetainedMessages,
                ["mqttMessagesIn"] = endpoint.MessagesIn,
                ["mqttMessagesOut"] = endpoint.MessagesOut,
                ["mqttDropped"] = endpoint.MessagesDropped,
                ["mqttMalformed"] = endpoint.PacketsMalformed,
            },
            Log = new Dictionary<string, double>
            {
                ["start"] = log.Start,
                ["durableEnd"] = log.DurableEnd,
                ["records"] = log.AppendedRecords,
                ["healthy"] = log.Health.IsHealthy ? 1 : 0,
                ["slowed"] = log.Health.IsSlowed ? 1 : 0,
                ["diskBytes"] = log.DiskBytes,
                ["maxDiskBytes"] = log.MaxDiskBytes,
                ["cutBytes"] = log.CutBytes,
                ["feedPosition"] = status?.Position ?? -1,
                ["lagBytes"] = status?.LagBytes ?? 0,
                ["lagSeconds"] = status?.Lag.TotalSeconds ?? 0,
                ["bufferedSamples"] = status?.BufferedSamples ?? 0,
            },
            Ingest = new Dictionary<string, double>
            {
                ["messages"] = intake.Messages,
                ["samples"] = intake.Samples,
                ["quarantined"] = intake.Quarantined,
                ["unmapped"] = intake.Unmapped,
                ["refused"] = intake.Refusals,
            },
        };
    }

    public ValueTask<AssetLag?> LagAsync(string assetId, CancellationToken cancellationToken) => lags.AskAsync(assetId, cancellationToken);

    private static DateTimeOffset ProcessStart()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    private IReadOnlyDictionary<string, double> Rates()
    {
        lock (gate)
        {
            (DateTimeOffset At, long Messages, long Samples) now = (time.GetUtcNow(), intake.Messages, intake.Samples);
            TimeSpan span = now.At - before.At;
            if (span >= MinRateSpan)
            {
                rates = new Dictionary<string, double>
                {
                    ["messages"] = Math.Round((now.Messages - before.Messages) / span.TotalSeconds, 1),
                    ["samples"] = Math.Round((now.Samples - before.Samples) / span.TotalSeconds, 1),
                };
                before = now;
            }

            return rates;
        }
    }
}
