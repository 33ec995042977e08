using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Millwright.Ingest.Mqtt.Routing;

namespace Millwright.Ingest.Mqtt;

/// <summary>Checks every range and relation and reports all faults at once, each with its key path.</summary>
public sealed class MqttServerOptionsValidator : IValidateOptions<MqttServerOptions>
{
    private const int LargestPacket = (256 * 1024 * 1024) - 1;

    public ValidateOptionsResult Validate(string? name, MqttServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<string>();
        if (!IPAddress.TryParse(options.Address, out _))
        {
            faults.Add($"{MqttServerOptions.Section}:{nameof(options.Address)} '{options.Address}' is not an IP address.");
        }

        CheckSizes(options, faults);
        CheckTimes(options, faults);
        for (int i = 0; i < options.RefusedSubscriptions.Count; i++)
        {
            if (!TopicRules.IsFilter(Encoding.UTF8.GetBytes(options.RefusedSubscriptions[i])))
            {
                faults.Add($"{MqttServerOptions.Section}:{nameof(options.RefusedSubscriptions)}:{i} is not a topic filter.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void CheckSizes(MqttServerOptions options, List<string> faults)
    {
        Check(faults, nameof(options.Port), options.Port, 0, 65_535);
        Check(faults, nameof(options.MaxConnections), options.MaxConnections, 1, 1_000_000);
        Check(faults, nameof(options.MaxSessions), options.MaxSessions, 1, 10_000_000);
        Check(faults, nameof(options.MaxPacketSize), options.MaxPacketSize, 1024, LargestPacket);
        Check(faults, nameof(options.MaxInFlight), options.MaxInFlight, 1, 65_535);
        Check(faults, nameof(options.MaxInFlightOut), options.MaxInFlightOut, 1, 65_535);
        Check(faults, nameof(options.MaxWaitingBatches), options.MaxWaitingBatches, 1, 4_096);
        Check(faults, nameof(options.ReadBufferSize), options.ReadBufferSize, 4_096, 1024 * 1024);
        Check(faults, nameof(options.MaxRetainedMessages), options.MaxRetainedMessages, 0, 10_000_000);
        Check(faults, nameof(options.MaxRetainedBytes), options.MaxRetainedBytes, 0, 64L * 1024 * 1024 * 1024);
        Check(faults, nameof(options.MaxQueuedPerSession), options.MaxQueuedPerSession, 1, 1_000_000);
        Check(faults, nameof(options.MaxQueuedBytesPerSession), options.MaxQueuedBytesPerSession, 64 * 1024, 4L * 1024 * 1024 * 1024);
        Check(faults, nameof(options.MaxSubscriptionsPerSession), options.MaxSubscriptionsPerSession, 1, 1_000_000);
        Check(faults, nameof(options.MaxCachedTopics), options.MaxCachedTopics, 16, 1_000_000);
        Check(faults, nameof(options.MaxTopicAliases), options.MaxTopicAliases, 0, 65_535);
        Check(faults, nameof(options.MaxTopicAliasesOut), options.MaxTopicAliasesOut, 0, 65_535);
    }

    private static void CheckTimes(MqttServerOptions options, List<string> faults)
    {
        Check(faults, nameof(options.MaxSessionExpiry), options.MaxSessionExpiry, TimeSpan.Zero, TimeSpan.FromDays(3_660));
        Check(faults, nameof(options.MaxKeepAlive), options.MaxKeepAlive, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(65_535));
        Check(faults, nameof(options.KeepAliveGrace), options.KeepAliveGrace, 1.0, 10.0);
        Check(faults, nameof(options.ConnectTimeout), options.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(faults, nameof(options.Linger), options.Linger, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    private static void Check<T>(List<string> faults, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add(FormattableString.Invariant($"{MqttServerOptions.Section}:{key} is {value}; it must be from {least} to {most}."));
        }
    }
}
