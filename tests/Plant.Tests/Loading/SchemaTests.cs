using System.Text.Json;
using Millwright.Plant;
using Millwright.Plant.Loading;

namespace Millwright.Plant.Tests.Loading;

public class SchemaTests
{
    [Fact]
    public void Schema_KnowsTheSameKeysAsTheLoader()
    {
        using var schema = JsonDocument.Parse(PlantLoader.Schema);

        foreach ((string section, var keys) in KnownKeys.All)
        {
            JsonElement properties = schema.RootElement.GetProperty("$defs").GetProperty(section).GetProperty("properties");
            Assert.Equal(keys.Order(), properties.EnumerateObject().Select(p => p.Name).Order());
        }

        Assert.Equal(KnownKeys.All.Keys.Append("duration").Order(),
            schema.RootElement.GetProperty("$defs").EnumerateObject().Select(d => d.Name).Order());
    }

    [Fact]
    public void Schema_ResolvesAllItsReferences()
    {
        using var schema = JsonDocument.Parse(PlantLoader.Schema);
        var defined = schema.RootElement.GetProperty("$defs").EnumerateObject().Select(d => $"#/$defs/{d.Name}").ToHashSet();

        Assert.All(References(schema.RootElement), r => Assert.Contains(r, defined));
    }

    [Theory]
    [InlineData("pump")]
    [InlineData("motor")]
    [InlineData("compressor")]
    [InlineData("conveyor")]
    [InlineData("heat-exchanger")]
    [InlineData("cnc")]
    [InlineData("press")]
    [InlineData("meter")]
    public void ReadyMadeType_IsComplete(string name)
    {
        AssetTypeDefinition type = PlantText.Model("").Types[name];

        Assert.NotEmpty(type.Windows);
        Assert.Contains(type.States, s => s.IsRunning);
        Assert.Empty(type.States[^1].Conditions);
        Assert.Contains(type.Detectors, d => d.Kind == "threshold" && d.Parameters.Count > 0);
        Assert.Contains(type.Detectors, d => d.Kind == "silence");
        Assert.All(type.Metrics.Where(m => !m.IsText), m => Assert.True(m.Minimum < m.Maximum));
    }

    [Fact]
    public void ReadyMadeTypes_CoverEverySensorKind()
    {
        string[] metrics = [.. PlantText.Model("").Types.Values.SelectMany(t => t.Metrics).Select(m => m.Name).Distinct()];
        string[] kinds =
        [
            "vibration", "temperature", "pressure", "flow", "current", "power", "humidity", "acoustic", "ultrasonic", "torque", "speed",
                "oil-viscosity",
        ];

        Assert.All(kinds, k => Assert.Contains(metrics, m => m.Contains(k, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object =>
            element.EnumerateObject().SelectMany(p => p.NameEquals("$ref") ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
