using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

public class DocumentationTests
{
    [Fact]
    public void Example_OfThePlantModelsPage_Loads()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "plant-model.md"));
        int start = page.IndexOf("```yaml\n", StringComparison.Ordinal) + 8;

        PlantLoadResult result = new PlantLoader().Load([new PlantFile("plant-model.md", page[start..page.IndexOf("```", start, StringComparison.Ordinal)])]);

        Assert.Empty(result.Faults);
        Assert.Equal(121, result.Model!.Assets.Count);
        AssetDefinition pump = result.Model.Assets["acme.lyon:pump-01"];
        Assert.Equal(4.0, pump.Detectors.Single(d => d.Id == "vibration-high").Parameters["upper"]);
        Assert.Equal(1.2, pump.Meters.Single().IdleBenchmark);
        Assert.Equal(["flushing", "running", "idle", "stopped"], pump.States.Select(s => s.Name));
    }

    [Fact]
    public void FaultCodes_AreAllDocumented()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "plant-model.md"));
        IEnumerable<string> codes = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Plant", "Loading"), "*.cs")
            .SelectMany(f => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(f), "\"((plant|yaml)\\.[a-z.-]+)\"").Select(m => m.Groups[1].Value))
            .Where(c => c is not "plant.schema.json")
            .Distinct();

        Assert.All(codes, c => Assert.Contains($"`{c}`", page, StringComparison.Ordinal));
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Streaming.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The repository's root was not found.");
    }
}
