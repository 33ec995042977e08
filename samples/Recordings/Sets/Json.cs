using System.Buffers;
using System.Text.Json;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>Payloads of the recordings. Numbers are written so that they read back as the very same double.</summary>
internal static class Json
{
    public static PlantMessage Message(string topic, RecordedRecord record, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new PlantMessage(topic, buffer.WrittenMemory, record.EventTime, record.AssetId);
    }

    /// <summary>The common shape: <c>{"ts":…,"values":{…}}</c>.</summary>
    public static PlantMessage Telemetry(string topic, RecordedRecord record) => Message(topic, record, w =>
    {
        w.WriteNumber("ts", record.EventTime.ToUnixTimeMilliseconds());
        w.WriteStartObject("values");
        foreach (RecordedValue value in record.Values)
        {
            Value(w, value.Metric, value);
        }

        w.WriteEndObject();
    });

    public static void Value(Utf8JsonWriter writer, string name, RecordedValue value)
    {
        if (value.Text is { } text)
        {
            writer.WriteString(name, text);
        }
        else
        {
            writer.WriteNumber(name, value.Number);
        }
    }

    /// <summary>Name part of an asset id.</summary>
    public static string NameOf(string assetId) => assetId[(assetId.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
