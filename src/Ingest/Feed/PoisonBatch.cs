using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Millwright.Ingest.Quarantine;
using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>Turns a batch that its twin cannot take into quarantined messages, one per record, with the samples as JSON.</summary>
internal static class PoisonBatch
{
    public const string Reason = "twin.failed";

    public static ImmutableArray<QuarantinedMessage> ToMessages(TelemetryBatch batch, Exception failure)
    {
        ImmutableArray<QuarantinedMessage>.Builder messages = ImmutableArray.CreateBuilder<QuarantinedMessage>();
        ReadOnlySpan<TelemetrySample> rest = batch.Samples.AsSpan();
        while (!rest.IsEmpty)
        {
            int count = 1;
            while (count < rest.Length && rest[count].Position == rest[0].Position)
            {
                count++;
            }

            messages.Add(ToMessage(batch.AssetId, rest[..count], failure));
            rest = rest[count..];
        }

        return messages.DrainToImmutable();
    }

    private static QuarantinedMessage ToMessage(string assetId, ReadOnlySpan<TelemetrySample> samples, Exception failure)
    {
        byte[] payload = ToJson(samples);
        return new QuarantinedMessage
        {
            Position = samples[0].Position,
            IngestTime = samples[0].IngestTime,
            Source = "feed",
            Topic = assetId,
            Reason = Reason,
            Detail = $"{failure.GetType().Name}: {failure.Message}",
            PayloadLength = payload.Length,
            Payload = payload.AsMemory(0, Math.Min(payload.Length, QuarantinedMessage.MaxPayload)),
        };
    }

    private static byte[] ToJson(ReadOnlySpan<TelemetrySample> samples)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (TelemetrySample sample in samples)
        {
            writer.WriteStartObject();
            writer.WriteString("metric", sample.Metric);
            writer.WriteString("ts", sample.EventTime);
            if (double.IsFinite(sample.Value))
            {
                writer.WriteNumber("value", sample.Value);
            }
            else
            {
                writer.WriteString("value", sample.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            if (sample.Text is not null)
            {
                writer.WriteString("text", sample.Text);
            }

            writer.WriteString("quality", sample.Quality.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
