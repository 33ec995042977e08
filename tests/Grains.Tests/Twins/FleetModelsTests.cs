using System.Buffers;
using System.Collections.Frozen;
using Millwright.Core.Detection;
using Millwright.Core.Prognosis;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Plant.Loading;

namespace Millwright.Grains.Tests.Twins;

public sealed class FleetModelsTests
{
    private const string Yaml = """
        site: { namespace: acme }
        assets:
          pump-1:
            metrics: { hours: {}, load: {}, a: {}, b: {}, c: {}, noise: {} }
            prognosis: { model: pumps.fleet, warn: 5 }
        """;

    /// <summary>What it remembers of its unit is in the terms of the model that it was judged by.</summary>
    [Fact]
    public void RemainingLife_BeginsAfresh_WhenItsModelIsRetrained()
    {
        TwinDefinition trained = Definition(seed: 1);
        TwinEngine engine = new(trained);
        var output = new TwinOutput();
        DateTimeOffset start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        for (int hour = 0; hour < 30; hour++)
        {
            foreach (string metric in new[] { "hours", "load", "a", "b", "c", "noise" })
            {
                DateTimeOffset at = start.AddHours(hour);
                engine.Observe(new TwinSample(engine.MetricIndex(metric, isText: false), at, at, hour + 1), output);
            }

            engine.CatchUp(output);
        }

        ArrayBufferWriter<byte> state = new();
        engine.Save(new StateWriter(state));

        Assert.NotEmpty(Forecasts(trained, state));
        Assert.NotEmpty(Forecasts(Definition(seed: 1), state));
        Assert.Empty(Forecasts(Definition(seed: 2), state));
    }

    private static ComponentForecast[] Forecasts(TwinDefinition definition, ArrayBufferWriter<byte> state)
    {
        TwinEngine restored = new(definition);
        restored.Restore(new StateReader(state.WrittenMemory));
        return [.. restored.Forecasts().Where(forecast => forecast.Kind == RemainingLifeDetector.Kind)];
    }

    private static TwinDefinition Definition(uint seed)
    {
        FleetModel model = FleetModel.Learn(SyntheticFleet.Layout, SyntheticFleet.Units(5, seed), new FleetOptions { Rounds = 2 });
        PlantLoadResult loaded = new PlantLoader().Load([new PlantFile("plant.yaml", Yaml)]);
        Assert.Empty(loaded.Faults);
        PlantModel plant = loaded.Model! with
        {
            FleetModels = new Dictionary<string, ReadOnlyMemory<byte>> { ["pumps.fleet"] = model.ToBytes() }.ToFrozenDictionary(),
        };
        Assert.Empty(TwinCatalogue.Faults(plant));
        return new TwinCatalogue(plant).For("acme:pump-1", []).Definition;
    }
}
