using System.Globalization;
using System.Text;
using System.Text.Json;
using Millwright.Ingest.Mqtt;

namespace Millwright.LoadGenerator.Alerts;

/// <summary>
/// Reads alerts: our CloudEvents (asset in the topic, <c>time</c>), or the peers' plain <c>{"a":asset,"t":µs}</c>. Only raised ones count.
/// </summary>
internal sealed class AlertInlet(AlertMatcher matcher, Func<long> now) : IMqttInlet
{
    /// <summary>Messages on the alert topic that were no alert.</summary>
    public long Unreadable { get; private set; }

    public InletResult Publish(in InboundPublish publish)
    {
        long arrived = now();
        if (!TryRead(Encoding.UTF8.GetString(publish.Topic), publish.Payload.ToArray(), out int asset, out long eventTime,
            out bool isRaised))
        {
            Unreadable++;
        }
        else if (isRaised)
        {
            matcher.Arrived(asset, eventTime, arrived);
        }

        return InletResult.Accepted(0);
    }

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    internal static bool TryRead(string topic, byte[] payload, out int asset, out long eventTime, out bool isRaised)
    {
        (asset, eventTime, isRaised) = (-1, 0, true);
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            JsonElement root = document.RootElement;
            isRaised = !root.TryGetProperty("type", out JsonElement type)
                || type.GetString()!.EndsWith("alert.raised", StringComparison.Ordinal);
            string name = root.TryGetProperty("a", out JsonElement a) ? a.GetString()! : topic;
            eventTime = root.TryGetProperty("t", out JsonElement t)
                ? t.GetInt64()
                : (root.GetProperty("time").GetDateTimeOffset() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            int dash = name.LastIndexOf('-');
            return dash >= 0 && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out asset);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Counted by the caller; nothing of it was used.
            return false;
        }
    }
}
