using System.Xml.Linq;

namespace Millwright.Architecture.Tests;

/// <summary>References point inward: Silo → Grains → Grains.Interfaces ← Ingest.</summary>
public class ReferenceTests
{
    public static TheoryData<string, string[]> Allowed() => new()
    {
        { "src/Orleans.Local/Orleans.Local.csproj", [] },
        { "src/Plant/Plant.csproj", [] },
        { "src/Grains.Interfaces/Grains.Interfaces.csproj", [] },
        { "src/Grains/Grains.csproj", ["Grains.Interfaces", "Plant"] },
        { "src/Ingest/Ingest.csproj", ["Grains.Interfaces", "Plant"] },
        { "samples/PlantSimulator/PlantSimulator.csproj", ["Ingest", "Plant"] },
        { "samples/Recordings/Recordings.csproj", ["Ingest", "Plant", "PlantSimulator"] },
        { "src/Cli/Cli.csproj", ["Ingest", "Plant", "PlantSimulator", "Recordings", "Silo"] },
        { "src/Silo/Silo.csproj", ["Grains", "Ingest", "Plant", "PlantSimulator"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Project_ReferencesOnlyWhatItMay(string project, string[] allowed)
    {
        IEnumerable<string> references = XDocument.Load(Path.Combine(SourceTree.Root, project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));

        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void OrleansPackages_AreNamedInOnePlace()
    {
        IEnumerable<string> named = SourceTree.Files("*.csproj", "src", "tests", "bench", "samples")
            .Where(f => File.ReadAllText(f).Contains("Microsoft.Orleans", StringComparison.Ordinal));

        Assert.Empty(named);
    }
}
