using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Millwright.Simulation.Tests.World;
using Xunit.Abstractions;

namespace Millwright.Simulation.Tests;

/// <summary>Many seeds; how many, and from which on, can be said from outside.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void NothingIsLostAndNothingHappensTwice_WhateverFails()
    {
        int count = Setting("MILLWRIGHT_SIMULATION_SEEDS", 1_000);
        int first = Setting("MILLWRIGHT_SIMULATION_FIRST", 1);

        SweepResult sweep = Sweep.Run(Enumerable.Range(first, count).Select(seed => new RunOptions { Seed = seed }));

        output.WriteLine(sweep.Summary);
        Assert.True(sweep.Failed.Count == 0, sweep.Describe());
    }

    /// <summary>A change of a detector is an input: wherever the silo dies, all is as in a run that makes the same changes.</summary>
    [Fact]
    public void NothingIsLost_WhileDetectorsAreChanged()
    {
        int count = Setting("MILLWRIGHT_SIMULATION_SEEDS", 1_000) / 4;
        int first = Setting("MILLWRIGHT_SIMULATION_FIRST", 1);

        SweepResult sweep = Sweep.Run(
            Enumerable.Range(first, count).Select(seed => new RunOptions { Seed = seed, ChangesDetectors = true }));

        output.WriteLine(sweep.Summary);
        Assert.True(sweep.Coverage.Changes > count, sweep.Summary);
        Assert.True(sweep.Failed.Count == 0, sweep.Describe());
    }

    [Fact]
    public void OneSeed_IsOneSequenceOfEvents()
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            RunReport first = SimulatedWorld.Run(new RunOptions { Seed = seed });
            RunReport second = SimulatedWorld.Run(new RunOptions { Seed = seed });

            output.WriteLine($"seed {seed}: {first.Trace.Hash:x16}, {first.Trace.Events} events");
            Assert.Equal(first.Trace.ToString(), second.Trace.ToString());
            Assert.Equal(first.Trace.Hash, second.Trace.Hash);
        }
    }

    internal static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : standard;
}
