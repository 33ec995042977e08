using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>
/// A CNC mill at 10 Hz, each experiment an asset. The files carry neither time nor date; the first column is a row number under an empty
/// heading, "end" and "End" are one process step, and the last column is the label.
/// </summary>
public sealed class CncMillSet : RecordingSet
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public override string Name => "cnc_mill";

    public override string Description => "CNC mill, 12 experiments at 10 Hz, axes and spindle with power";

    public override DateTimeOffset? AssumedStart => new DateTimeOffset(2018, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override PlantMessage Encode(RecordedRecord record) => Json.Telemetry($"mill/{Json.NameOf(record.AssetId)}", record);

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        foreach (string path in Files(folder, "experiment_??.csv"))
        {
            string name = Path.GetFileNameWithoutExtension(path).Replace('_', '-');
            if (IsWanted(name, options))
            {
                yield return new AssetRecording($"mill:{name}", Read($"mill:{name}", path, log));
            }
        }
    }

    private IEnumerable<RecordedRecord> Read(string assetId, string path, RowLog log)
    {
        var table = new Table(path, ',', log);
        string[] header = table.Header();

        // Everything between the row number and the two text columns at the end.
        string[] metrics = header[1..^2];
        var columns = new ColumnReader(1, metrics);
        foreach (Row row in table.Rows())
        {
            if (!row.TryNumber(0, out double number, out string reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            if (columns.TryRead(row, log, out RecordedValue[] values))
            {
                string process = row[row.Count - 2] == "end" ? "End" : row[row.Count - 2];
                yield return new RecordedRecord
                {
                    AssetId = assetId,
                    EventTime = AssumedStart!.Value + (Interval * number),
                    Values = [.. values, new RecordedValue("Machining_Process", double.NaN, process)],
                    Label = row[row.Count - 1],
                };
            }
        }
    }
}
