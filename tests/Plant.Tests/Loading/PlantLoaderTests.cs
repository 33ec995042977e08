using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

public class PlantLoaderTests
{
    [Fact]
    public void Load_ReadsEverySection()
    {
        PlantModel model = PlantText.Model(PlantSamples.Complete);

        Assert.Equal(("acme.lyon", "acme", "lyon", "acme.tb", false),
            (model.Namespace, model.Enterprise, model.SiteName, model.DeviceNamespace, model.AcceptUnmodelled));
        AssetDefinition mill = model.Assets["acme.lyon:mill-1"];
        Assert.Equal(("mill", "Mill one", 5, "gw-1"), (mill.Type, mill.DisplayName, mill.Criticality, mill.Gateway));
        Assert.Equal(new Location { Enterprise = "e2", Site = "s2", Area = "a1", Line = "l1", Cell = "c1" }, mill.Location);
        Assert.Equal(["power", "temperature"], mill.Metrics.Select(m => m.Name));
        Assert.Equal(TimeSpan.FromSeconds(1), mill.Metrics[0].ExpectedInterval);
        Assert.Equal("1999", mill.Attributes["year"]);
        Assert.Equal(["lyon/a1/l1", "s2/a1/l1"], model.Lines.Keys.Order());
        Assert.Equal(9, model.Lines["lyon/a1/l1"].Steps.Single().Limits.Single().Upper);
        Assert.Equal(TimeSpan.FromMinutes(1), mill.Time.MaxClockSkew);
    }

    [Fact]
    public void Load_ReadsDetectorsMetersStatesAndWindows()
    {
        AssetDefinition mill = PlantText.Model(PlantSamples.Complete).Assets["acme.lyon:mill-1"];

        DetectorDefinition hot = Assert.Single(mill.Detectors);
        Assert.Equal(("hot", "threshold", "TooHot", 900, "process", "2"),
            (hot.Id, hot.Kind, hot.AlertName, hot.Severity, hot.Category, hot.Version));
        Assert.Equal(80, hot.Parameters["upper"]);
        Assert.Equal(10, hot.Parameters["dwell"]);
        MeterDefinition energy = Assert.Single(mill.Meters);
        Assert.Equal(("electricity", 0.5, "CHF", 0.3), (energy.Medium, energy.IdleBenchmark, energy.Currency, energy.Co2));
        Assert.Equal(["running", "idle", "stopped"], mill.States.Select(s => s.Name));
        Assert.Equal(new StateCondition { Metric = "power", Comparison = Comparison.Greater, Value = 6 },
            Assert.Single(mill.States[0].Conditions));
        Assert.True(mill.States[0].IsRunning);
        Assert.Equal(
            [
                "tumbling", "hopping", "session", "hopping", "session", "tumbling-by-state", "hopping-by-state", "count", "state", "sliding",
                "count",
            ],
            mill.Windows.Select(w => w.Kind));
        Assert.Equal((50, true, 100, true), (mill.Windows[7].Samples, mill.Windows[7].IsEvery, mill.Windows[10].Samples, mill.Windows[10].IsEvery));
        Assert.Equal(["running"], mill.Windows[8].States);
        Assert.Equal(["running", "rms", "p99.9"], mill.Windows[9].States.Concat(mill.Windows[9].Aggregates));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)), (mill.Windows[1].Size, mill.Windows[1].Hop));
    }

    [Fact]
    public void Load_ReadsRules_InTheOrderOfTheFile()
    {
        IReadOnlyList<TopicRule> rules = PlantText.Model(PlantSamples.Complete).Rules;

        Assert.Equal(["shop", "flat", "odd"], rules.Select(r => r.Id));
        Assert.Equal((TimeFormat.Microseconds, "/t", "/v"), (rules[0].TimeFormat, rules[0].Time, rules[0].Value));
        Assert.True(rules[1].ValuesIsRoot);
        Assert.Equal("/a/0/b", rules[2].Fields["temperature"]);
    }

    [Fact]
    public void Load_ChangesOnlyWhatAnAssetSays_WhenItOverridesItsType()
    {
        AssetDefinition asset = PlantText.Asset(
            "assets: { a: { type: pump, detectors: { vibration-high: { parameters: { upper: 4 } }, silence: { off: true } } } }");

        DetectorDefinition vibration = asset.Detectors.Single(d => d.Id == "vibration-high");
        Assert.Equal((4, 10, 500), (vibration.Parameters["upper"], vibration.Parameters["dwell"], vibration.Severity));
        Assert.DoesNotContain(asset.Detectors, d => d.Id == "silence");
        Assert.Contains(asset.Detectors, d => d.Id == "unusual-pattern");
    }

    [Fact]
    public void Load_StartsParametersAnew_WhenTheKindChanges()
    {
        AssetDefinition asset = PlantText.Asset(
            "assets: { a: { type: pump, detectors: { vibration-high: { kind: robust-z, parameters: { threshold: 6 } } } } }");

        Assert.Equal(["threshold"], asset.Detectors.Single(d => d.Id == "vibration-high").Parameters.Keys);
    }

    [Fact]
    public void Load_AsksANewStateFirst_WhenAnAssetAddsIt()
    {
        AssetDefinition asset = PlantText.Asset("assets: { a: { type: pump, states: { boost: power > 90 } } }");

        Assert.Equal(["boost", "running", "idle", "stopped"], asset.States.Select(s => s.Name));
    }

    [Fact]
    public void Load_ExpandsARange_WithNumbersInItsTexts()
    {
        PlantModel model = PlantText.Model(
            "assets: { 'mill-{08..11}': { type: cnc, name: 'Mill {n}', location: { line: 'line-{n}' }, attributes: { tag: 'M{n}' } } }");

        Assert.Equal(["acme.lyon:mill-08", "acme.lyon:mill-09", "acme.lyon:mill-10", "acme.lyon:mill-11"], model.Assets.Keys.Order());
        AssetDefinition mill = model.Assets["acme.lyon:mill-09"];
        Assert.Equal(("Mill 09", "line-09", "M09", "acme.lyon:mill-09"),
            (mill.DisplayName, mill.Location.Line, mill.Attributes["tag"], mill.Id.ToString()));
        Assert.Equal(4, model.Lines.Count);
    }

    [Fact]
    public void Load_MergesFilesOfAFolder_ByPath()
    {
        string folder = Directory.CreateTempSubdirectory("plant").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "lines"));
            File.WriteAllText(Path.Combine(folder, "b.yml"),
                "assets: { a: { type: mine } }\nrules: { second: { topic: b, asset: 'x:b', values: /v } }");
            File.WriteAllText(Path.Combine(folder, "a.yaml"),
                PlantText.Site + "---\nrules: { first: { topic: a, asset: 'x:a', values: /v } }");
            File.WriteAllText(Path.Combine(folder, "lines", "t.yaml"), "types: { mine: { extends: pump } }");
            File.WriteAllText(Path.Combine(folder, "notes.txt"), "not: [yaml");
            File.WriteAllText(Path.Combine(folder, "half.yaml.bak"), "not: [yaml");

            PlantLoadResult result = new PlantLoader().Load(folder);

            Assert.Empty(result.Faults);
            Assert.Equal(["first", "second"], result.Model!.Rules.Select(r => r.Id));
            Assert.Equal("mine", result.Model.Assets["acme.lyon:a"].Type);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Load_LetsAPlantExtendTheTypeThatItReplaces()
    {
        AssetDefinition asset = PlantText.Asset("types: { pump: { extends: pump, metrics: { leak: {} } } }\nassets: { a: { type: pump } }");

        Assert.Contains(asset.Metrics, m => m.Name == "leak");
        Assert.Contains(asset.Metrics, m => m.Name == "vibration");
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 0.25)]
    [InlineData("10s", 10)]
    [InlineData("5m", 300)]
    [InlineData("5min", 300)]
    [InlineData("1h", 3600)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    [InlineData("PT5M", 300)]
    [InlineData("PT0.5S", 0.5)]
    public void Load_ReadsDurations(string text, double seconds) =>
        Assert.Equal(seconds,
            PlantText.Asset($"assets: {{ a: {{ time: {{ disorder: {(seconds > 3600 ? "0" : text)}, allowedLateness: {text} }} }} }}")
                .Time.AllowedLateness.TotalSeconds);

    [Theory]
    [InlineData("m > 5", Comparison.Greater, 5)]
    [InlineData("m>=-1.5e3", Comparison.GreaterOrEqual, -1500)]
    [InlineData("m < 0.1", Comparison.Less, 0.1)]
    [InlineData("m <= 2", Comparison.LessOrEqual, 2)]
    [InlineData("m == true", Comparison.Equal, 1)]
    [InlineData("m = 3", Comparison.Equal, 3)]
    [InlineData("m != 0", Comparison.NotEqual, 0)]
    public void Load_ReadsConditions(string text, Comparison comparison, double value)
    {
        AssetDefinition asset = PlantText.Asset($"assets: {{ a: {{ metrics: {{ m: {{}} }}, states: {{ s: '{text}' }} }} }}");

        Assert.Equal(new StateCondition { Metric = "m", Comparison = comparison, Value = value },
            asset.States.Single().Conditions.Single());
    }
}
