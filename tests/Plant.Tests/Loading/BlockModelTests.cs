using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

public class BlockModelTests
{
    private const string Vibration = """
        assets:
          a:
            metrics:
              acc:
                unit: g
                every: 10s
                derive:
                  rate: 25600
                  bands: { low: [10, 1000], high: [1000, 10000] }
                  envelope: { carrier: [2000, 8000], bands: { bpfo: [160, 176] } }
                  version: 3
              acc.rms: { unit: g, max: 50 }
            detectors:
              wear: { kind: robust-z, metrics: [acc.rms, acc.envelope.bpfo] }
        """;

    [Fact]
    public void Block_IsReplacedByWhatIsDerived()
    {
        AssetDefinition asset = PlantText.Asset(Vibration);

        Assert.Equal(
            ["acc.peak", "acc.crest", "acc.kurtosis", "acc.band.low", "acc.band.high", "acc.envelope.bpfo", "acc.version", "acc.rms"],
            asset.Metrics.Select(m => m.Name));
        Assert.Equal(50, asset.Metrics.Single(m => m.Name == "acc.rms").Maximum);
        Assert.Equal("g", asset.Metrics.Single(m => m.Name == "acc.band.low").Unit);
        Assert.Equal("", asset.Metrics.Single(m => m.Name == "acc.kurtosis").Unit);
        Assert.Equal(TimeSpan.FromSeconds(10), asset.Metrics.Single(m => m.Name == "acc.peak").ExpectedInterval);
        Assert.True(asset.Metrics.Single(m => m.Name == "acc.version").IsText);
        BlockDefinition block = Assert.Single(asset.Blocks);
        Assert.Equal(("acc", BlockKind.Vibration, 25_600d, "3"), (block.Metric, block.Kind, block.Rate, block.Version));
        Assert.Equal(
            "acc.rms acc.peak acc.crest acc.kurtosis acc.band.low acc.band.high acc.envelope.bpfo", string.Join(' ', block.Names));
        Assert.Equal(new BlockBand("carrier", 2000, 8000), block.Carrier);
    }

    [Fact]
    public void Curve_DerivesItsFeatures_AndAStepJudgesIt()
    {
        PlantModel model = PlantText.Model("""
            assets:
              a: { metrics: { torque: { unit: Nm, derive: { kind: curve, angle: turned } } } }
            lines:
              l1:
                steps:
                  screw: { curve: { metric: torque, programme: program, threshold: 60, warmUp: 30, version: b } }
                  press: { limits: { force: { upper: 9 } } }
            """);

        AssetDefinition asset = model.Assets["acme.lyon:a"];
        Assert.Equal(
            [("torque.peak", "Nm"), ("torque.angle", "deg"), ("torque.rise", "deg"), ("torque.second", ""), ("torque.rest", ""),
                ("torque.ripple", ""), ("torque.spread", ""), ("torque.version", "")],
            asset.Metrics.Select(m => (m.Name, m.Unit)));
        StepDefinition[] steps = [.. model.Lines["lyon/l1"].Steps];
        Assert.Equal(new CurveDefinition { Metric = "torque", Programme = "program", Threshold = 60, WarmUp = 30, Version = "b" }, steps[0].Curve);
        Assert.Null(steps[1].Curve);
    }

    [Fact]
    public void Block_IsInheritedFromAType_AndReplacedAsAWhole()
    {
        PlantModel model = PlantText.Model("""
            types:
              bearing: { metrics: { acc: { unit: g, derive: { rate: 1000, bands: { low: [10, 100] } } } } }
            assets:
              a: { type: bearing }
              b: { type: bearing }
              c: { type: bearing, metrics: { acc: { derive: { rate: 2000 } } } }
            """);

        Assert.Same(model.Assets["acme.lyon:a"].Metrics, model.Assets["acme.lyon:b"].Metrics);
        Assert.Contains(model.Assets["acme.lyon:a"].Metrics, m => m.Name == "acc.band.low");
        Assert.DoesNotContain(model.Assets["acme.lyon:c"].Metrics, m => m.Name == "acc.band.low");
        Assert.Equal(2000, model.Assets["acme.lyon:c"].Blocks.Single().Rate);
    }

    [Theory]
    [InlineData("{ derive: { rate: 0 } }", "plant.value.range", "derive.rate")]
    [InlineData("{ derive: { kind: sound } }", "plant.value.choice", "derive.kind")]
    [InlineData("{ derive: { rate: 1000, bands: { a: [10, 501] } } }", "plant.value.range", "derive.bands.a")]
    [InlineData("{ derive: { bands: { a: [10, 10] } } }", "plant.value.range", "derive.bands.a")]
    [InlineData("{ derive: { bands: { a: [-1, 10] } } }", "plant.value.range", "derive.bands.a")]
    [InlineData("{ derive: { bands: { a: 10 } } }", "plant.value.type", "derive.bands.a")]
    [InlineData("{ derive: { bands: { a: [1, 2, 3] } } }", "plant.value.type", "derive.bands.a")]
    [InlineData("{ derive: { envelope: { bands: { a: [1, 2] } } } }", "plant.key.missing", "derive.envelope.carrier")]
    [InlineData("{ derive: { envelope: { carrier: [10, 20] } } }", "plant.key.missing", "derive.envelope.bands")]
    [InlineData("{ derive: { angle: x } }", "plant.key.unknown", "derive.angle")]
    [InlineData("{ derive: { kind: curve } }", "plant.key.missing", "derive.angle")]
    [InlineData("{ derive: { kind: curve, angle: x, rate: 10 } }", "plant.key.unknown", "derive.rate")]
    [InlineData("{ derive: { version: \"\" } }", "plant.value.range", "derive.version")]
    [InlineData("{ derive: { what: 1 } }", "plant.key.unknown", "derive.what")]
    [InlineData("{ max: 3, derive: { rate: 10 } }", "plant.value.range", "derive")]
    [InlineData("{ text: true, derive: { rate: 10 } }", "plant.value.range", "derive")]
    public void Fault_IsReportedAtItsKey(string metric, string code, string path)
    {
        PlantLoadResult result = PlantText.Load($"assets: {{ a: {{ metrics: {{ acc: {metric} }} }} }}\n");

        Assert.Contains(result.Faults, f => f.Code == code && f.Path == $"assets.a.metrics.acc.{path}");
    }

    [Fact]
    public void Detector_MayNotNameTheBlockItself()
    {
        PlantLoadResult result = PlantText.Load(
            "assets: { a: { metrics: { acc: { derive: { rate: 10 } } }, detectors: { d: { kind: robust-z, metrics: [acc] } } } }\n");

        Assert.Contains(result.Faults, f => f.Code == "plant.reference.unknown");
    }

    [Theory]
    [InlineData("{ }", "plant.key.missing")]
    [InlineData("{ metric: m, threshold: 4 }", "plant.value.range")]
    [InlineData("{ metric: m, warmUp: 2 }", "plant.value.range")]
    public void StepCurve_IsChecked(string curve, string code)
    {
        PlantLoadResult result = PlantText.Load($"lines: {{ l: {{ steps: {{ s: {{ curve: {curve} }} }} }} }}\n");

        Assert.Contains(result.Faults, f => f.Code == code && f.Path.StartsWith("lines.l.steps.s.curve", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("torqe", true)]
    [InlineData("acc", true)]
    [InlineData("torque", false)]
    [InlineData("force", true)]
    public void StepCurve_NamesACurveOfAnAssetOfItsLine(string metric, bool isFault)
    {
        PlantLoadResult result = PlantText.Load($$"""
            assets:
              a: { location: { line: l }, metrics: { torque: { derive: { kind: curve, angle: turned } }, acc: { derive: { rate: 10 } } } }
              b: { location: { line: m }, metrics: { force: { derive: { kind: curve, angle: way } } } }
            lines:
              l: { steps: { s: { curve: { metric: {{metric}} } } } }
            """);

        Assert.Equal(isFault ? ["plant.reference.unknown lines.l.steps.s.curve.metric"] : [],
            result.Faults.Select(f => $"{f.Code} {f.Path}"));
    }

    [Theory]
    [InlineData("turned: { derive: { rate: 10 } }", true)]
    [InlineData("turned: { derive: { kind: curve, angle: other } }", true)]
    [InlineData("turned: { unit: deg }", false)]
    public void AnglesOfACurve_AreNoBlockThemselves(string angle, bool isFault)
    {
        PlantLoadResult result = PlantText.Load(
            $"assets: {{ a: {{ metrics: {{ torque: {{ derive: {{ kind: curve, angle: turned }} }}, {angle} }} }} }}\n");

        Assert.Equal(isFault ? ["plant.value.choice assets.a.metrics.torque.derive"] : [],
            result.Faults.Select(f => $"{f.Code} {f.Path}"));
    }
}
