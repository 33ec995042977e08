using System.Collections.Immutable;
using System.Text.Json;
using Millwright.Twins;

namespace Millwright.Silo.Fleet;

/// <summary>A twin's sources in its thing: whose gateway lags, and whom the watermark waits for.</summary>
internal static class SourceJson
{
    /// <param name="writer">Stands in the properties of the twin's feature.</param>
    /// <param name="sources">None before one was named.</param>
    /// <param name="isIdle">The twin has gone silent since it said so: then all of its sources have.</param>
    public static void Write(Utf8JsonWriter writer, ImmutableArray<SourceState> sources, bool isIdle)
    {
        if (sources.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartArray("sources");
        foreach (SourceState source in sources)
        {
            writer.WriteStartObject();
            writer.WriteString("name", source.Name);
            if (source.Newest is { } newest)
            {
                writer.WriteString("eventTime", Api.ApiJson.Instant(newest));
            }
            else
            {
                writer.WriteNull("eventTime");
            }

            writer.WriteNumber("lagSeconds", source.Lag.TotalSeconds);
            writer.WriteBoolean("idle", isIdle || source.IsIdle);
            writer.WriteBoolean("waitedFor", !isIdle && source.IsWaitedFor);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
