using System.Buffers;
using System.Text.Json;

namespace Millwright.Simulation.Messages;

/// <summary>Renders readings and production steps in the plant's dialects.</summary>
internal sealed class MessageWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    public void Write(Source source, Reading reading, DateTimeOffset eventTime, ICollection<PlantMessage> output)
    {
        switch (source.Dialect)
        {
            case Dialect.UnifiedNamespace:
                foreach (ReadingValue value in reading.Values)
                {
                    output.Add(new PlantMessage(source.Topic + value.Metric, Tag(value, eventTime), eventTime, source.AssetId));
                }

                break;
            case Dialect.ThingsBoardGateway:
                output.Add(new PlantMessage(source.Topic, Gateway(source, reading, eventTime), eventTime, source.AssetId));
                break;
            default:
                output.Add(new PlantMessage(source.Topic, Telemetry(reading, eventTime), eventTime, source.AssetId));
                break;
        }
    }

    public PlantMessage WriteStep(Source source, ProductionStep step, DateTimeOffset eventTime)
    {
        byte[] payload = Json(w =>
        {
            w.WriteStartObject();
            w.WriteString("time", eventTime);
            w.WriteString("unit", step.Unit);
            w.WriteString("step", step.Step);
            w.WriteStartObject("values");
            foreach ((string name, double value) in step.Parameters)
            {
                w.WriteNumber(name, Math.Round(value, 4));
            }

            w.WriteEndObject();
            w.WriteEndObject();
        });
        return new PlantMessage(source.StepTopic, payload, eventTime, source.AssetId);
    }

    private byte[] Tag(ReadingValue value, DateTimeOffset eventTime) => Json(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("timestamp_ms", eventTime.ToUnixTimeMilliseconds());
        Value(w, "value", value);
        w.WriteEndObject();
    });

    private byte[] Telemetry(Reading reading, DateTimeOffset eventTime) => Json(w => Entry(w, reading, eventTime));

    private byte[] Gateway(Source source, Reading reading, DateTimeOffset eventTime) => Json(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray(source.Name);
        Entry(w, reading, eventTime);
        w.WriteEndArray();
        w.WriteEndObject();
    });

    private static void Entry(Utf8JsonWriter w, Reading reading, DateTimeOffset eventTime)
    {
        w.WriteStartObject();
        w.WriteNumber("ts", eventTime.ToUnixTimeMilliseconds());
        w.WriteStartObject("values");
        foreach (ReadingValue value in reading.Values)
        {
            Value(w, value.Metric, value);
        }

        w.WriteEndObject();
        w.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter w, string name, ReadingValue value)
    {
        if (value.Text is { } text)
        {
            w.WriteString(name, text);
        }
        else
        {
            w.WriteNumber(name, value.Number);
        }
    }

    private byte[] Json(Action<Utf8JsonWriter> write)
    {
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
