using System.Globalization;
using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>
/// ZeMA's hydraulic rig: 2,205 load cycles of 60 s. Eight channels come at 1 Hz in one file, the volume flow at 2 Hz in another, one row
/// per cycle; they are two assets, because they are two loggers with their own rates.
/// </summary>
public sealed class HydraulicRigSet : RecordingSet
{
    private static readonly string[] Metrics = ["TS1", "TS2", "TS3", "TS4", "VS1", "SE", "CE", "CP"];
    private static readonly TimeSpan Cycle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FlowInterval = TimeSpan.FromMilliseconds(500);

    public override string Name => "hydraulic_rig";

    public override string Description => "hydraulic test rig, 8 metrics at 1 Hz and the flow at 2 Hz, condition per 60 s cycle";

    public override DateTimeOffset? AssumedStart => new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override PlantMessage Encode(RecordedRecord record) => record.AssetId.EndsWith("flow", StringComparison.Ordinal)
        ? Json.Message("zema/rig-flow/FS1", record, w =>
        {
            w.WriteNumber("timestamp_ms", record.EventTime.ToUnixTimeMilliseconds());
            w.WriteNumber("value", record.Values[0].Number);
        })
        : Json.Telemetry("zema/rig/sensors", record);

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        string sensors = Path.Combine(folder, "sensors_1hz.csv.gz");
        string flow = Path.Combine(folder, "FS1_flow_2hz.csv.gz");
        Dictionary<long, string> labels = Labels(Path.Combine(folder, "labels_dev.csv"), log);
        if (IsWanted("rig", options) && File.Exists(sensors))
        {
            yield return new AssetRecording("zema:rig", Sensors(sensors, labels, log));
        }

        if (IsWanted("rig-flow", options) && File.Exists(flow))
        {
            yield return new AssetRecording("zema:rig-flow", Flow(flow, labels, log));
        }
    }

    private static Dictionary<long, string> Labels(string path, RowLog log)
    {
        var labels = new Dictionary<long, string>();
        if (!File.Exists(path))
        {
            return labels;
        }

        foreach (Row row in new Table(path, ',', log).Rows())
        {
            if (long.TryParse(row[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out long cycle))
            {
                labels[cycle] = $"cooler={row[1]} valve={row[2]} pump={row[3]} accumulator={row[4]} unstable={row[5]}";
            }
            else
            {
                log.Add(row.Fault($"cycle '{row[0]}' is not a number"));
            }
        }

        return labels;
    }

    private IEnumerable<RecordedRecord> Sensors(string path, Dictionary<long, string> labels, RowLog log)
    {
        var columns = new ColumnReader(2, Metrics);
        foreach (Row row in new Table(path, ',', log).Rows())
        {
            if (!row.TryNumber(0, out double cycle, out string reason) || !row.TryNumber(1, out double second, out reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            if (columns.TryRead(row, log, out RecordedValue[] values))
            {
                yield return new RecordedRecord
                {
                    AssetId = "zema:rig",
                    EventTime = AssumedStart!.Value + (Cycle * cycle) + TimeSpan.FromSeconds(second),
                    Values = values,
                    Label = labels.GetValueOrDefault((long)cycle),
                };
            }
        }
    }

    private IEnumerable<RecordedRecord> Flow(string path, Dictionary<long, string> labels, RowLog log)
    {
        foreach (Row row in new Table(path, ',', log).Rows())
        {
            if (!row.TryNumber(0, out double cycle, out string reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            for (int i = 1; i < row.Count; i++)
            {
                if (!row.TryNumber(i, out double value, out reason))
                {
                    log.Add(row.Fault(reason));
                    continue;
                }

                yield return new RecordedRecord
                {
                    AssetId = "zema:rig-flow",
                    EventTime = AssumedStart!.Value + (Cycle * cycle) + (FlowInterval * (i - 1)),
                    Values = [new RecordedValue("FS1", value)],
                    Label = labels.GetValueOrDefault((long)cycle),
                };
            }
        }
    }
}
