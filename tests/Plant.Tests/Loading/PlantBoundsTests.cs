using System.Text;
using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

public class PlantBoundsTests
{
    private const string Troublesome = "{}[]:,&*!|>'\"%@`-? \n\t\0\\x\ufeff";

    [Fact]
    public void Load_RefusesNesting_BeyondItsDepth() =>
        Assert.Contains(PlantText.Load("assets: " + new string('[', 5_000)).Faults, f => f.Code is "yaml.depth");

    [Fact]
    public void Load_RefusesFiles_WithTooManyEntries() =>
        Assert.Contains(PlantText.Load("x: [" + new StringBuilder().Insert(0, "1,", PlantLimits.MaxNodes) + "]").Faults, f =>
            f.Code == "yaml.size");

    [Fact]
    public void Load_KeepsTheFaultsBounded()
    {
        string many = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"k{i}: 1\n"));

        Assert.Equal(PlantLimits.MaxFaults, PlantText.Load(many).Faults.Length);
    }

    [Fact]
    public void Load_ExpandsARange_ToTheLimitAndNotBeyond()
    {
        Assert.Equal(100_000, PlantText.Model("assets: { 'a-{0..99999}': { type: pump } }").Assets.Count);
        Assert.Contains(PlantText.Load("assets: { 'a-{0..99999}': {}, b: {} }").Faults, f => f.Code == "plant.limit");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Load_NeverThrows_WhenTextIsMutated(int seed)
    {
        var random = new Random(seed);
        string good = PlantText.Site + PlantSamples.Complete;
        for (int i = 0; i < 300; i++)
        {
            var text = new StringBuilder(good);
            for (int edits = random.Next(1, 6); edits > 0; edits--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0: text.Remove(at, 1); break;
                    case 1: text.Insert(at, Troublesome[random.Next(Troublesome.Length)]); break;
                    default: text[at] = (char)random.Next(1, 0x3000); break;
                }
            }

            PlantLoadResult result = new PlantLoader().Load([new PlantFile("m.yaml", text.ToString())]);

            Assert.True(result.Model is null != result.Faults.IsEmpty, $"seed {seed}, round {i}");
        }
    }
}
