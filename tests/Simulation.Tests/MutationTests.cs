using Millwright.Simulation.Tests.World;
using Xunit.Abstractions;

namespace Millwright.Simulation.Tests;

/// <summary>Tests of the tests: with a bug in it, the engine must be found out.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Enough = 2_000;

    [Theory]
    [InlineData(nameof(PlantedBug.AcknowledgeBeforeFsync))]
    [InlineData(nameof(PlantedBug.OutboxBeforeCheckpoint))]
    [InlineData(nameof(PlantedBug.NoTornTailCut))]
    [InlineData(nameof(PlantedBug.PositionNotSaved))]
    public void PlantedBug_IsCaught(string bug)
    {
        int first = SimulationTests.Setting("MILLWRIGHT_SIMULATION_FIRST", 1);
        PlantedBug planted = Enum.Parse<PlantedBug>(bug);

        RunReport? caught = Sweep.FirstFailure(
            Enumerable.Range(first, Enough).Select(seed => new RunOptions { Seed = seed, Bug = planted }), out int tried);

        Assert.True(caught is not null, $"{bug} was not caught by {tried} seeds.");
        output.WriteLine($"{bug}: seed {caught.Options.Seed}, after {tried} runs: {caught.Failures[0]}");
    }
}
