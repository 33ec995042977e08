using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>SKAB: a water pump testbed at 1 Hz. Each experiment is one asset; the fault-free run has no label columns.</summary>
public sealed class SkabSet : RecordingSet
{
    private static readonly string[] Columns =
        ["Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"];

    private static readonly string[] Metrics =
        ["accelerometer_1_rms", "accelerometer_2_rms", "current", "pressure", "temperature", "thermocouple", "voltage", "volume_flow_rms"];

    public override string Name => "skab";

    public override string Description => "water pump testbed, 8 metrics at 1 Hz, each experiment an asset";

    /// <summary>The file's own column names go out, as the testbed's logger would send them; the plant model renames them.</summary>
    public override PlantMessage Encode(RecordedRecord record) => Json.Message($"skab/{Json.NameOf(record.AssetId)}", record, w =>
    {
        w.WriteString("datetime", record.EventTime);
        for (int i = 0; i < Columns.Length; i++)
        {
            w.WriteNumber(Columns[i], record.Values[i].Number);
        }
    });

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        foreach (string group in new[] { "anomaly-free", "other", "valve1", "valve2" })
        {
            foreach (string path in Files(Path.Combine(folder, group), "*.csv"))
            {
                string file = Path.GetFileNameWithoutExtension(path);
                string name = group == "anomaly-free" ? file : $"{group}-{file}";
                if (IsWanted(name, options))
                {
                    yield return new AssetRecording($"skab:{name}", Read($"skab:{name}", path, log));
                }
            }
        }
    }

    private static IEnumerable<RecordedRecord> Read(string assetId, string path, RowLog log)
    {
        var columns = new ColumnReader(1, Metrics);
        foreach (Row row in new Table(path, ';', log).Rows())
        {
            if (!row.TryTime(0, out DateTimeOffset time, out string reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            if (columns.TryRead(row, log, out RecordedValue[] values))
            {
                bool anomaly = row.Count > 9 && row.TryNumber(9, out double flag, out _) && flag > 0.5;
                string? label = row.Count <= 9 ? null : anomaly ? "anomaly" : "normal";
                yield return new RecordedRecord { AssetId = assetId, EventTime = time, Values = values, Label = label };
            }
        }
    }
}
