using Millwright.Ingest.Payloads;
using Millwright.Plant;
using Millwright.Simulation;
using Millwright.Simulation.Messages;

namespace Millwright.Cli.Tests;

public sealed class SampleModelTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("skab")]
    [InlineData("hydraulic_rig")]
    [InlineData("femto_bearings")]
    [InlineData("torque_unfastening")]
    [InlineData("cmapss")]
    [InlineData("energy_sme")]
    [InlineData("cnc_mill")]
    [InlineData("workload1")]
    public void Load_OfAModelInSamples_FindsNoFault(string folder)
    {
        PlantModel model = new SampleModels(folder).Model;

        Assert.NotEmpty(model.Assets);
        foreach (AssetDefinition asset in model.Assets.Values)
        {
            HashSet<string> metrics = [.. asset.Metrics.Select(m => m.Name)];
            Assert.All(asset.Detectors.SelectMany(d => d.Metrics), m => Assert.Contains(m, metrics));
            Assert.All(asset.Meters, m => Assert.Contains(m.Metric, metrics));
            Assert.All(asset.States.SelectMany(s => s.Conditions), c => Assert.Contains(c.Metric, metrics));
        }
    }

    [Fact]
    public void DemoModel_IsCopiedBesideTheAssembly()
        => Assert.Equal(
            Directory.GetFiles(Path.Combine(Repository.Samples, "demo", "plant")).Select(Path.GetFileName).Order(),
            Directory.GetFiles(DemoPlant.Directory).Select(Path.GetFileName).Order());

    [Fact]
    public void DemoModel_KnowsEveryAssetMetricAndStepOfTheSimulator()
    {
        var demo = new SampleModels("demo");
        var simulation = new PlantSimulation(new SimulationOptions { Start = new DateTimeOffset(2026, 3, 2, 6, 0, 0, TimeSpan.Zero) });
        HashSet<string> steps = [];

        foreach (PlantMessage message in simulation.Step(TimeSpan.FromSeconds(80)))
        {
            DecodedRecord record = demo.Decode(message);
            AssetDefinition asset = demo.Model.Assets[record.AssetId];
            Assert.Equal(message.AssetId, record.AssetId);
            Assert.All(record.Samples, s => Assert.Equal(message.EventTime, s.EventTime));
            if (record.Samples[0].Step is { } step)
            {
                steps.Add(step.Step);
                string[] limits = [.. demo.Model.Lines[asset.Location.LineKey].Steps.Single(s => s.Name == step.Step).Limits
                    .Select(l => l.Parameter)];
                Assert.Subset(record.Samples.Select(s => s.Metric).ToHashSet(), limits.ToHashSet());
                continue;
            }

            Assert.All(record.Samples, s => Assert.Contains(asset.Metrics, m => m.Name == s.Metric && m.IsText == (s.Text is not null)));
            Assert.All(record.Samples, s => AssertInRange(asset, s.Metric, s.Value));
        }

        Assert.Equal(simulation.AssetIds.Order(StringComparer.Ordinal), demo.Model.Assets.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(demo.Model.Lines.Values.SelectMany(l => l.Steps).Select(s => s.Name).Order(), steps.Order());
    }

    [Fact]
    public void DemoModel_HasTheFourMediaAndEveryAudience()
    {
        PlantModel model = new SampleModels("demo").Model;

        Assert.Equal(
            ["compressed-air", "electricity", "gas", "water"],
            model.Assets.Values.SelectMany(a => a.Meters).Select(m => m.Medium).Distinct().Order());
        Assert.Equal(
            ["energy", "maintenance", "quality"], model.Assets.Values.SelectMany(a => a.Detectors)
                .SelectMany(d => d.Audiences).Distinct().Order());
        Assert.True(model.Assets.Values.SelectMany(a => a.Detectors).Select(d => d.Kind).Distinct().Count() >= 5);
    }

    private static void AssertInRange(AssetDefinition asset, string metric, double value)
    {
        MetricDefinition definition = asset.Metrics.Single(m => m.Name == metric);
        Assert.True(!(value < definition.Minimum) && !(value > definition.Maximum), $"{metric} of {asset.Id} is {value}");
    }
}
