using System.Text;
using Millwright.Core.Quality.Curves;
using Millwright.Ingest.Payloads;
using Millwright.Plant;
using Millwright.Recordings;
using Millwright.Recordings.Sets;
using Millwright.Simulation.Messages;
using Millwright.Telemetry;
using Millwright.Testing.Recordings;

namespace Millwright.Cli.Tests.Recordings;

public sealed class RecordingReaderTests
{
    [RecordingTheory]
    [InlineData("skab", "*")]
    [InlineData("femto_bearings", "*")]
    [InlineData("torque_unfastening", "*")]
    [InlineData("cmapss", "fd003-*")]
    [InlineData("energy_sme", "*")]
    [InlineData("cnc_mill", "experiment-0*")]
    [InlineData("hydraulic_rig", "*")]
    public void Encode_ReadBackByTheEnginesDecoder_GivesTheRecordSampleForSample(string name, string assets)
    {
        var models = new SampleModels(name);
        RecordingReader reader = Open(name, assets);
        DateTimeOffset last = DateTimeOffset.MinValue;
        int count = 0;

        foreach (RecordedRecord record in reader.Records().Take(4000))
        {
            PlantMessage message = reader.Set.Encode(record);
            AssertSame(record, models.Decode(message), models.Model);
            Assert.True(record.EventTime >= last);
            last = record.EventTime;
            count++;
        }

        Assert.True(count > 500);
        Assert.Equal(0, reader.SkippedRows);
    }

    [RecordingTheory]
    [InlineData("skab", "skab/*/*.csv", 1)]
    [InlineData("femto_bearings", "femto_bearings/features/*.csv", 1)]
    [InlineData("energy_sme", "energy_sme/company_A_part1.csv", 1)]
    [InlineData("cnc_mill", "cnc_mill/experiment_??.csv", 1)]
    public void Records_AreAsManyAsTheFilesHaveRows(string name, string pattern, int headers)
    {
        string[] files = Files(pattern);
        long rows = files.Sum(f => File.ReadLines(f).LongCount(l => l.Length > 0) - headers);

        Assert.Equal(rows, Open(name).Records().LongCount());
    }

    [RecordingFact]
    public void Records_OfTheHydraulicRig_AreEverySecondAndEveryHalfSecondOfEachCycle()
    {
        RecordedRecord[] start = [.. Open("hydraulic_rig").Records().TakeWhile(r
            => r.EventTime < new DateTimeOffset(2015, 1, 1, 0, 2, 0, TimeSpan.Zero))];

        Assert.Equal(120, start.Count(r => r.AssetId == "zema:rig"));
        Assert.Equal(240, start.Count(r => r.AssetId == "zema:rig-flow"));
        Assert.All(start.Where(r => r.AssetId == "zema:rig"), r => Assert.Equal(8, r.Values.Count));
    }

    [RecordingFact]
    public void Records_OfSkab_AreTheCellsOfTheFile()
    {
        string file = Path.Combine(Repository.Data, "skab", "valve1", "6.csv");
        string[] cells = File.ReadLines(file).ElementAt(700).Split(';');
        RecordedRecord record = Open("skab", "valve1-6").Records().ElementAt(699);

        Assert.Equal(cells[0], record.EventTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(cells[1..9].Select(c => double.Parse(c, System.Globalization.CultureInfo.InvariantCulture)), record.Values
            .Select(v => v.Number));
        Assert.Equal(cells[9] == "1.0" ? "anomaly" : "normal", record.Label);
    }

    [RecordingFact]
    public void Records_OfTorque_AreUnitsAndNeverCarryTheirLabel()
    {
        RecordingReader reader = Open("torque_unfastening");
        RecordedRecord[] records = [.. reader.Records()];

        Assert.Equal(966, records.Length);
        Assert.Equal(966, records.Select(r => r.Unit).Distinct().Count());
        Assert.Equal(182, records.Count(r => r.Label == "non_detachable"));
        foreach (RecordedRecord record in records)
        {
            string payload = Encoding.UTF8.GetString(reader.Set.Encode(record).Payload.Span);
            Assert.DoesNotContain("detachable", payload, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("IO", payload, StringComparison.Ordinal);
        }
    }

    [RecordingFact]
    public void Records_OfTheEnergyFile_GiveEachMachineAStateOfTheModel()
    {
        AssetDefinition machine = new SampleModels("energy_sme").Model.Assets["sme:machine-1"];
        HashSet<double> known = [.. machine.States.SelectMany(s => s.Conditions).Select(c => c.Value)];

        Assert.All(Open("energy_sme").Records().Select(r => r.Values.Single(v => v.Metric == "status").Number).Distinct(), s
            => Assert.Contains(s, known));
        Assert.Contains(machine.States, s => s.IsIdle);
        Assert.Contains(machine.States, s => s.IsRunning);
    }

    [RecordingFact]
    public void Records_OfCmapss_AreTheWholeFleet()
        => Assert.Equal(709, Open("cmapss").Records().Select(r => r.AssetId).Distinct().Count());

    [RecordingFact]
    public void Records_WhenFilteredByAsset_HoldOnlyThose()
        => Assert.Equal(["skab:valve2-0", "skab:valve2-2"], Open("skab", "valve2-*").Records().Select(r => r.AssetId).Distinct().Order());

    private static RecordingReader Open(string name, string assets = "*")
        => RecordingReader.Open(RecordingSets.Find(name)!, Repository.Data, new RecordingOptions { Assets = [assets], Strict = true });

    private static string[] Files(string pattern)
    {
        string[] parts = pattern.Split('/');
        IEnumerable<string> folders = [Path.Combine(Repository.Data, parts[0])];
        foreach (string part in parts[1..^1])
        {
            folders = [.. folders.SelectMany(f => Directory.GetDirectories(f, part))];
        }

        return [.. folders.SelectMany(f => Directory.GetFiles(f, parts[^1]))];
    }

    private static void AssertSame(RecordedRecord expected, DecodedRecord actual, PlantModel model)
    {
        Assert.Equal(expected.AssetId, actual.AssetId);
        TelemetrySample[] single = [.. actual.Samples
            .Where(s => !expected.Blocks.Any(b => s.Metric.StartsWith(b.Name + '.', StringComparison.Ordinal)))];
        Assert.Equal(
            expected.Values.Select(v => (v.Metric, v.Number, v.Text)).OrderBy(v => v.Metric, StringComparer.Ordinal),
            single.Select(s => (s.Metric, s.Value, s.Text)).OrderBy(v => v.Metric, StringComparer.Ordinal));
        Assert.All(actual.Samples, s => Assert.Equal(expected.EventTime, s.EventTime));
        Assert.All(actual.Samples, s => Assert.Equal((expected.Unit, expected.Step), (s.Step?.UnitId, s.Step?.Step)));
        Assert.All(actual.Samples, s => Assert.Contains(model.Assets[actual.AssetId].Metrics, m => m.Name == s.Metric));
        foreach (RecordedBlock block in expected.Blocks)
        {
            if (model.Assets[actual.AssetId].Blocks.SingleOrDefault(b => b.Metric == block.Name) is { } derived)
            {
                double[] features = CurveFeatures.Of([.. block.Samples], [.. expected.Blocks.Single(b => b.Name == derived.Angle).Samples]);
                Assert.Equal(features, derived.Names.Select(n => actual.Samples.Single(s => s.Metric == n).Value));
                continue;
            }

            Assert.Equal(block.Samples.Max(), actual.Samples.Single(s => s.Metric == block.Name + ".max").Value);
            Assert.Equal(block.Samples.Average(), actual.Samples.Single(s => s.Metric == block.Name + ".mean").Value, tolerance: 1e-9);
            Assert.Equal(block.Samples[^1], actual.Samples.Single(s => s.Metric == block.Name + ".last").Value);
        }
    }
}
