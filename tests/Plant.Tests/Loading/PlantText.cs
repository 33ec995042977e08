using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

internal static class PlantText
{
    public const string Site = "site: { namespace: acme.lyon, enterprise: acme, name: lyon }\n";

    public static PlantLoadResult Load(string yaml, bool withSite = true) =>
        new PlantLoader().Load([new PlantFile("plant.yaml", (withSite ? Site : "") + yaml)]);

    public static PlantModel Model(string yaml)
    {
        PlantLoadResult result = Load(yaml);
        Assert.True(result.Faults.IsEmpty, string.Join('\n', result.Faults));
        return result.Model!;
    }

    public static AssetDefinition Asset(string yaml, string id = "acme.lyon:a") => Model(yaml).Assets[id];
}
