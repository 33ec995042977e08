using Millwright.Recordings.Rows;
using Millwright.Simulation.Messages;

namespace Millwright.Recordings.Sets;

/// <summary>
/// C-MAPSS: turbofans that wear out, one row per flight. Each unit of each training set is an asset. Time is counted in cycles; a cycle
/// is taken as one minute, and all units start together.
/// </summary>
public sealed class CmapssSet : RecordingSet
{
    private const int Width = 26;

    private static readonly string[] Metrics =
        ["setting_1", "setting_2", "setting_3", .. Enumerable.Range(1, 21).Select(i => $"s{i}")];

    public override string Name => "cmapss";

    public override string Description => "simulated turbofan fleet run to failure, 709 assets, one record per cycle";

    public override DateTimeOffset? AssumedStart => new DateTimeOffset(2008, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override PlantMessage Encode(RecordedRecord record)
    {
        string[] parts = Json.NameOf(record.AssetId).Split('-');
        return Json.Message($"fleet/{parts[0]}/{parts[1]}", record, w =>
        {
            w.WriteNumber("t", record.EventTime.ToUnixTimeSeconds());
            foreach (RecordedValue value in record.Values)
            {
                w.WriteNumber(value.Metric, value.Number);
            }
        });
    }

    internal override IEnumerable<AssetRecording> Open(string folder, RecordingOptions options, RowLog log)
    {
        foreach (string path in Files(folder, "train_FD00?.txt.gz"))
        {
            // train_FD001.txt.gz: the units lie one after another and all run at once, so a file is read as a whole (20 MB at most).
            string set = Path.GetFileName(path)[6..11].ToLowerInvariant();
            var units = new SortedDictionary<int, List<RecordedRecord>>();
            foreach (RecordedRecord record in Read(set, path, options, log))
            {
                int unit = int.Parse(record.AssetId.AsSpan(record.AssetId.Length - 3), System.Globalization.CultureInfo.InvariantCulture);
                if (!units.TryGetValue(unit, out List<RecordedRecord>? records))
                {
                    units.Add(unit, records = []);
                }

                records.Add(record);
            }

            foreach (List<RecordedRecord> records in units.Values)
            {
                yield return new AssetRecording(records[0].AssetId, records);
            }
        }
    }

    private IEnumerable<RecordedRecord> Read(string set, string path, RecordingOptions options, RowLog log)
    {
        var columns = new ColumnReader(2, Metrics);
        foreach (Row row in new Table(path, ' ', log).Rows(hasHeader: false, Width))
        {
            if (!row.TryNumber(0, out double unit, out string reason) || !row.TryNumber(1, out double cycle, out reason))
            {
                log.Add(row.Fault(reason));
                continue;
            }

            string name = $"{set}-{(int)unit:D3}";
            if (IsWanted(name, options) && columns.TryRead(row, log, out RecordedValue[] values))
            {
                yield return new RecordedRecord
                {
                    AssetId = $"cmapss:{name}",
                    EventTime = AssumedStart!.Value.AddMinutes(cycle),
                    Values = values,
                };
            }
        }
    }
}
