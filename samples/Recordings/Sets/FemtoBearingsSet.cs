using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>
/// PRONOSTIA: bearings run to failure, vibration features of a snapshot every 10 s. The files carry a clock but no date, and a run may
/// pass midnight, so time_s is counted from one assumed start.
/// </summary>
public sealed class FemtoBearingsSet : RecordingSet
{
    private static readonly string[] Metrics = ["rms_h", "rms_v", "peak_h", "peak_v", "kurt_h", "kurt_v", "crest_h", "crest_v"];

    public override string Name => "femto_bearings";

    public override string Description => "six bearings run to failure, vibration features every 10 s";

    public override DateTimeOffset? AssumedStart => new DateTimeOffset(2012, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override PlantMessage Encode(RecordedRecord record)
        => Json.Message($"pronostia/{Json.NameOf(record.AssetId)}/features", record, w =>
        {
            w.WriteString("time", record.EventTime);
            w.WriteStartObject("horizontal");
            Write(w, record, 'h');
            w.WriteEndObject();
            w.WriteStartObject("vertical");
            Write(w, record, 'v');
            w.WriteEndObject();
        });

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        foreach (string path in Files(Path.Combine(folder, "features"), "*.csv"))
        {
            string name = Path.GetFileNameWithoutExtension(path).ToLowerInvariant();
            if (IsWanted(name, options))
            {
                yield return new AssetRecording($"femto:{name}", Read($"femto:{name}", path, log));
            }
        }
    }

    private static void Write(System.Text.Json.Utf8JsonWriter writer, RecordedRecord record, char axis)
    {
        foreach (RecordedValue value in record.Values.Where(v => v.Metric[^1] == axis))
        {
            writer.WriteNumber(value.Metric[..^2], value.Number);
        }
    }

    private IEnumerable<RecordedRecord> Read(string assetId, string path, RowLog log)
    {
        var columns = new ColumnReader(3, Metrics);
        foreach (Row row in new Table(path, ',', log).Rows())
        {
            if (!row.TryNumber(1, out double seconds, out string reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            if (columns.TryRead(row, log, out RecordedValue[] values))
            {
                yield return new RecordedRecord { AssetId = assetId, EventTime = AssumedStart!.Value.AddSeconds(seconds), Values = values };
            }
        }
    }
}
