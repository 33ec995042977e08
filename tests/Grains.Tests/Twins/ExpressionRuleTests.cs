using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Plant.Loading;

namespace Millwright.Grains.Tests.Twins;

/// <summary>From the line in the plant model to the finding of a twin.</summary>
public sealed class ExpressionRuleTests
{
    [Fact]
    public void Rule_OfThePlantModel_IsJudgedByTheTwin()
    {
        PlantLoadResult loaded = Load("mean(flow, 10 s) < 5 L/min and current > 2 A");
        Assert.Empty(loaded.Faults);
        Assert.Empty(TwinCatalogue.Faults(loaded.Model!));
        var engine = new TwinEngine(new TwinCatalogue(loaded.Model!).For("acme:pump-1", []).Definition);
        var output = new TwinOutput();
        DateTimeOffset start = DetectorStart;

        for (int second = 0; second < 60; second++)
        {
            DateTimeOffset at = start.AddSeconds(second);
            engine.Observe(new TwinSample(engine.MetricIndex("flow", isText: false), at, at, second < 30 ? 20 : 1), output);
            engine.Observe(new TwinSample(engine.MetricIndex("current", isText: false), at, at, 3), output);
            engine.CatchUp(output);
        }

        // The mean of ten is below 5 when eight of them are 1: 0.2 * 20 + 0.8 * 1 = 4.8.
        Anomaly raised = Assert.Single(output.Anomalies);
        Assert.Equal(start.AddSeconds(37), raised.EventTime);
    }

    [Fact]
    public void Fault_NamesAssetDetectorAndColumn()
    {
        PlantLoadResult loaded = Load("mean(flow, 10 s) < 5 bar");

        string fault = Assert.Single(TwinCatalogue.Faults(loaded.Model!));

        Assert.StartsWith("acme:pump-1: detector 'dry-run' has a fault in its expression, column 18: '<' stands between", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: expression")]
    [InlineData("kind: stuck, expression: 'flow < 5 L/min'")]
    public void ExpressionAndKind_BelongTogether(string detector)
    {
        PlantLoadResult loaded = new PlantLoader(DetectorParameters.Validate).Load([new PlantFile("plant.yaml", Yaml("{ " + detector + " }"))]);

        PlantFault fault = Assert.Single(loaded.Faults);
        Assert.Equal("plant.detector.invalid", fault.Code);
    }

    private static DateTimeOffset DetectorStart => new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static PlantLoadResult Load(string expression) =>
        new PlantLoader(DetectorParameters.Validate).Load([new PlantFile("plant.yaml", Yaml($"{{ kind: expression, expression: \"{expression}\" }}"))]);

    private static string Yaml(string detector) => $$"""
        site: { namespace: acme }
        assets:
          pump-1:
            metrics:
              flow: { unit: L/min }
              current: { unit: A }
            detectors:
              dry-run: {{detector}}
        """;
}
