using System.Globalization;
using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>
/// Three machines of a small manufacturer, a row about every five minutes. The rows of one instant are in no fixed order of machine.
/// </summary>
public sealed class EnergySmeSet : RecordingSet
{
    private static readonly string[] Metrics = ["items", "status", "status_time", "power", "cycle_time", "alarm", "product"];

    public override string Name => "energy_sme";

    public override string Description => "three machines of a small manufacturer, power, status and items every 5 min";

    /// <summary>The default dialect: this set needs no rule.</summary>
    public override PlantMessage Encode(RecordedRecord record) => Json.Telemetry($"telemetry/sme/{Json.NameOf(record.AssetId)}", record);

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        foreach (string path in Files(folder, "company_A_part*.csv"))
        {
            var machines = new SortedDictionary<string, List<RecordedRecord>>(StringComparer.Ordinal);
            foreach (RecordedRecord record in Read(path, options, log))
            {
                if (!machines.TryGetValue(record.AssetId, out List<RecordedRecord>? records))
                {
                    machines.Add(record.AssetId, records = []);
                }

                records.Add(record);
            }

            foreach ((string assetId, List<RecordedRecord> records) in machines)
            {
                yield return new AssetRecording(assetId, records);
            }
        }
    }

    private static IEnumerable<RecordedRecord> Read(string path, RecordingOptions options, RowLog log)
    {
        var columns = new ColumnReader(2, Metrics);
        foreach (Row row in new Table(path, ',', log).Rows())
        {
            if (!row.TryTime(0, out DateTimeOffset time, out string reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            if (!int.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out int machine))
            {
                log.Add(row.Fault($"asset '{row[1]}' is not a number"));
                continue;
            }

            string name = $"machine-{machine}";
            if (IsWanted(name, options) && columns.TryRead(row, log, out RecordedValue[] values))
            {
                yield return new RecordedRecord
                {
                    AssetId = $"sme:{name}",
                    EventTime = time,
                    Values = [.. values, new RecordedValue("status_text", double.NaN, StatusText(values[1].Number))],
                };
            }
        }
    }

    private static string StatusText(double status) => status switch
    {
        0 => "idle",
        1 => "manual",
        2 => "automatic",
        3 => "alarm",
        _ => "unknown",
    };
}
