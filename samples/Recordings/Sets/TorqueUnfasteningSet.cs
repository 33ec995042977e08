using System.Text.Json;
using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>
/// Screws that were loosened with a Nexo screwdriver; each record is one step on one unit. The label is never published, nor what
/// gives it away: programmes whose name lacks "NIO" were run on detachable screws only, so the suffix is cut, and the programme and
/// batch numbers, which stand for the same, stay behind.
/// </summary>
public sealed class TorqueUnfasteningSet : RecordingSet
{
    private const string Step = "loosening";

    public override string Name => "torque_unfastening";

    public override string Description => "966 loosened screws with torque and angle curves, each a production step on a unit";

    public override PlantMessage Encode(RecordedRecord record)
        => Json.Message($"nexo/{Json.NameOf(record.AssetId)}/results", record, w =>
        {
            w.WriteString("date", record.EventTime);
            w.WriteString("id code", record.Unit);
            w.WriteString("step", record.Step);
            foreach (RecordedValue value in record.Values)
            {
                Json.Value(w, value.Metric, value);
            }

            w.WriteStartObject("graph");
            foreach (RecordedBlock block in record.Blocks)
            {
                w.WriteStartArray(block.Name);
                foreach (double sample in block.Samples)
                {
                    w.WriteNumberValue(sample);
                }

                w.WriteEndArray();
            }

            w.WriteEndObject();
        });

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        // One tool made the whole set; were there more, each serial number would be an asset.
        var tools = new SortedDictionary<string, List<RecordedRecord>>(StringComparer.Ordinal);
        foreach (string path in Files(folder, "dataset*_train.ndjson.gz"))
        {
            foreach ((long number, string text) in TextLines.Of(path))
            {
                if (TryRead(Path.GetFileName(path), number, text, log) is { } record && IsWanted(Json.NameOf(record.AssetId), options))
                {
                    if (!tools.TryGetValue(record.AssetId, out List<RecordedRecord>? records))
                    {
                        tools.Add(record.AssetId, records = []);
                    }

                    records.Add(record);
                }
            }
        }

        return tools.Select(t => new AssetRecording(t.Key, t.Value));
    }

    private static RecordedRecord? TryRead(string file, long line, string text, RowLog log)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Read(document.RootElement,
                new Row(file, line, [document.RootElement.GetProperty("record").GetProperty("date").GetString() ?? ""]), log);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // The line is left out; nothing of it was taken over.
            log.Add(new RowFault(file, line, e.Message));
            return null;
        }
    }

    private static RecordedRecord? Read(JsonElement root, Row row, RowLog log)
    {
        if (!row.TryTime(0, out DateTimeOffset time, out string reason))
        {
            log.Add(row.Fault(reason));
            return null;
        }

        JsonElement record = root.GetProperty("record");
        JsonElement steps = record.GetProperty("tightening steps");
        if (steps.GetArrayLength() != 1)
        {
            log.Add(row.Fault($"{steps.GetArrayLength()} tightening steps instead of 1"));
            return null;
        }

        JsonElement step = steps[0];
        JsonElement graph = step.GetProperty("graph");
        double[] torque = Numbers(graph.GetProperty("torque values"));
        double[] angle = Numbers(graph.GetProperty("angle values"));
        return new RecordedRecord
        {
            AssetId = $"nexo:screwdriver-{record.GetProperty("tool serial").GetString()}",
            EventTime = time,
            Unit = record.GetProperty("id code").GetString(),
            Step = Step,
            Label = root.TryGetProperty("label", out JsonElement label) ? label.GetString() : null,
            Values =
            [
                new RecordedValue("torque", step.GetProperty("torque").GetDouble()),
                new RecordedValue("angle", step.GetProperty("angle").GetDouble()),
                new RecordedValue("duration", step.GetProperty("duration").GetDouble()),
                new RecordedValue("speed", step.GetProperty("speed").GetDouble()),

                // Loosening turns backwards: the torque that breaks the joint free is the largest negative one.
                new RecordedValue("breakaway_torque", Math.Max(0, -torque.DefaultIfEmpty(0).Min())),
                new RecordedValue("result", double.NaN, step.GetProperty("result").GetString()),
                new RecordedValue("programme", double.NaN, Neutral(record.GetProperty("prg name").GetString() ?? "")),
            ],
            Blocks = [new RecordedBlock("torque_curve", torque), new RecordedBlock("angle_curve", angle)],
        };
    }

    private static string Neutral(string programme)
        => programme.Replace("NIO", "", StringComparison.Ordinal).Replace("IO", "", StringComparison.Ordinal);

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
