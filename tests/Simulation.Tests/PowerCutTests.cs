using Millwright.Ingest.Log;
using Millwright.Simulation.Tests.World;
using Xunit.Abstractions;

namespace Millwright.Simulation.Tests;

/// <summary>Nothing but power cuts, under load: with fsync they cost nothing, without it they do.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Cuts = 100;

    [Fact]
    public void NothingIsLost_WhenThePowerFails()
    {
        SweepResult sweep = Run(LogDurability.Fsync);

        output.WriteLine(sweep.Summary);
        Assert.InRange(sweep.Coverage.PowerCuts, Cuts, int.MaxValue);
        Assert.True(sweep.Failed.Count == 0, sweep.Describe());
    }

    [Fact]
    public void LossIsSeen_WhenTheLogDoesNotSync()
    {
        SweepResult sweep = Run(LogDurability.Os);

        output.WriteLine(sweep.Describe());
        Assert.Contains(sweep.Failed, f => f.Failures.Any(line => line.StartsWith("history", StringComparison.Ordinal)));
    }

    private static SweepResult Run(LogDurability durability) => Sweep.Run(Enumerable.Range(1, Cuts / 2).Select(seed =>
        new RunOptions { Seed = seed, PowerCutsOnly = 2, Durability = durability }));
}
