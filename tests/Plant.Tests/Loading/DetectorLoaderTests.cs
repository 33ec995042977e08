using System.Collections.Immutable;
using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

/// <summary>One detector, read against an asset that exists.</summary>
public sealed class DetectorLoaderTests
{
    private static readonly AssetDefinition Asset = PlantText.Asset(
        "assets: { a: { metrics: { power: { unit: kW }, mode: { text: true } }, states: { running: power > 5 } } }");

    [Theory]
    [InlineData("id: hot\nkind: threshold\nmetrics: [power]\nstates: [running]\nparameters: { upper: 80, dwell: 10s }\n")]
    [InlineData("detectors:\n  hot: { kind: threshold, metrics: [power], states: [running], parameters: { upper: 80, dwell: 10s } }\n")]
    [InlineData("""{"id":"hot","kind":"threshold","metrics":["power"],"states":["running"],"parameters":{"upper":80,"dwell":"PT10S"}}""")]
    [InlineData("""{"detectors":{"hot":{"kind":"threshold","metrics":["power"],"states":["running"],"parameters":{"upper":80,"dwell":10}}}}""")]
    public void Load_ReadsOneDetector_InEitherFormAndNotation(string text)
    {
        DetectorDefinition detector = Read(text);

        Assert.Equal(("hot", "threshold", "Hot"), (detector.Id, detector.Kind, detector.AlertName));
        Assert.Equal(["power"], detector.Metrics);
        Assert.Equal(["running"], detector.States);
        Assert.Equal((80, 10), (detector.Parameters["upper"], detector.Parameters["dwell"]));
    }

    [Fact]
    public void Load_GivesWhatThePlantsFilesGive()
    {
        const string Keys = "kind: stuck, metrics: [power], severity: 900, audiences: [quality], category: process, recommendation: Look.";
        AssetDefinition inFiles = PlantText.Asset(
            "assets: { a: { metrics: { power: { unit: kW } }, detectors: { frozen: { " + Keys + ", version: 2, mode: shadow } } } }");

        DetectorDefinition alone = Read("{ id: frozen, " + Keys + ", version: 2, mode: shadow }");

        Assert.Equivalent(Assert.Single(inFiles.Detectors), alone, strict: true);
    }

    [Theory]
    [InlineData("kind: stuck", "outer")]
    [InlineData("id: inner\nkind: stuck", "inner")]
    [InlineData("detectors: { inner: { kind: stuck } }", "inner")]
    public void Load_TakesTheGivenId_OnlyWhenTheTextHasNone(string text, string expected) =>
        Assert.Equal(expected, Read(text, "outer").Id);

    [Theory]
    [InlineData("kind: stuck", "plant.key.missing", "id")]
    [InlineData("id: ~\nkind: stuck", "plant.key.missing", "id")]
    [InlineData("id: [a]\nkind: stuck", "plant.key.missing", "id")]
    [InlineData("[stuck]", "plant.value.type", "")]
    [InlineData("stuck", "plant.value.type", "")]
    [InlineData("{ id: a, kind: stuck }\n---\n{ id: b, kind: stuck }", "plant.value.type", "")]
    [InlineData("", "plant.value.type", "")]
    [InlineData("detectors: {}", "plant.value.type", "detectors")]
    [InlineData("detectors: { a: { kind: stuck }, b: { kind: stuck } }", "plant.value.type", "detectors")]
    [InlineData("detectors: { a: { kind: stuck } }\nmetrics: { flow: {} }", "plant.key.unknown", "metrics")]
    [InlineData("id: a\nkind: stuck\nsevrity: 1", "plant.key.unknown", "detectors.a.sevrity")]
    [InlineData("id: a\nkind: stuck\nseverity: 0", "plant.value.range", "detectors.a.severity")]
    [InlineData("id: a\nkind: stuck\nmetrics: [flow]", "plant.reference.unknown", "detectors.a.metrics")]
    [InlineData("id: a\nkind: stuck\nstates: [asleep]", "plant.reference.unknown", "detectors.a.states")]
    [InlineData("id: a\nkind: stuck\noff: true", "plant.reference.unknown", "detectors.a.off")]
    [InlineData("id: a/b\nkind: stuck", "plant.name.invalid", "detectors.a/b.alert")]
    [InlineData("id: 'a", "yaml.invalid", "")]
    public void Load_SaysWhatIsWrong_ByThePathOfTheFiles(string text, string code, string path)
    {
        DetectorLoadResult result = new DetectorLoader().Load("body", text, Asset);

        Assert.Null(result.Detector);
        PlantFault fault = Assert.Single(result.Faults);
        Assert.Equal((code, path, "body"), (fault.Code, fault.Path, fault.File));
        Assert.NotEqual("", fault.Message);
    }

    [Fact]
    public void Load_NamesAllFaults_WithTheirLines()
    {
        ImmutableArray<PlantFault> faults =
            new DetectorLoader().Load("body", "id: a\nkind: stuck\nseverity: 0\nmetrics: [flow]\n", Asset).Faults;

        Assert.Equal([(3, "detectors.a.severity"), (4, "detectors.a.metrics")], faults.Select(f => (f.Line, f.Path)));
    }

    [Fact]
    public void Load_AsksTheKindAboutItsParameters()
    {
        var loader = new DetectorLoader((kind, parameters) => [$"{kind} knows no {parameters.Keys.Single()}"]);

        DetectorLoadResult result = loader.Load("body", "id: a\nkind: own\nparameters: { reach: 1 }", Asset);

        Assert.Null(result.Detector);
        Assert.Contains("own knows no reach", Assert.Single(result.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_IsBounded()
    {
        string padded = "id: a\nkind: stuck\n" + new string('#', DetectorLoader.MaxText);

        DetectorLoadResult longest = new DetectorLoader().Load("body", padded[..DetectorLoader.MaxText], Asset);
        DetectorLoadResult longer = new DetectorLoader().Load("body", padded[..(DetectorLoader.MaxText + 1)], Asset);

        Assert.NotNull(longest.Detector);
        Assert.Null(longer.Detector);
        Assert.Equal("plant.limit", Assert.Single(longer.Faults).Code);
    }

    private static DetectorDefinition Read(string text, string? id = null)
    {
        DetectorLoadResult result = new DetectorLoader().Load("body", text, Asset, id);
        Assert.True(result.Faults.IsEmpty, string.Join('\n', result.Faults));
        return result.Detector!;
    }
}
