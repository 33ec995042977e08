using Millwright.Simulation.Faults;

namespace Millwright.Simulation.Tests;

public sealed class FaultTests
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(5);
    private static readonly Lazy<SimulatedRun> Healthy = new(() => new SimulatedRun(Length, faults: []));

    public static TheoryData<FaultKind, string> Drifts => new()
    {
        { FaultKind.BearingWear, "motor-01" },
        { FaultKind.BearingWear, "pump-03" },
        { FaultKind.BearingWear, "cnc-02" },
        { FaultKind.Cavitation, "pump-02" },
        { FaultKind.LooseJoint, "screw-01" },
        { FaultKind.AirLeak, "meter-air" },
        { FaultKind.CompressorIdling, "compressor-02" },
    };

    [Theory]
    [MemberData(nameof(Drifts))]
    public void Step_WhenAFaultDevelops_EachMetricOfItsTruthLeavesTheHealthyRun(FaultKind kind, string asset)
    {
        var run = new SimulatedRun(Length, faults: [Fault(asset, kind, ramp: 60)]);

        FaultTruth truth = Assert.Single(run.Simulation.Truth);
        Assert.NotEmpty(truth.Metrics);
        foreach (string metric in truth.Metrics)
        {
            AssertLeaves(run, asset, metric);
        }

        foreach (string other in truth.AlsoAffected.Select(Name))
        {
            AssertLeaves(run, other, "power");
        }
    }

    [Theory]
    [MemberData(nameof(Drifts))]
    public void Step_BeforeAFault_NothingDiffersFromTheHealthyRun(FaultKind kind, string asset)
    {
        var run = new SimulatedRun(Length, faults: [Fault(asset, kind, ramp: 60)]);

        foreach (string metric in run.Simulation.Truth[0].Metrics)
        {
            Assert.Equal(Healthy.Value.Between(asset, metric, 0, 100), run.Between(asset, metric, 0, 100));
        }
    }

    [Fact]
    public void Step_WhenASensorIsDead_ItRepeatsOneValueAndItsNeighboursGoOn()
    {
        Fault fault = Fault("hx-01", FaultKind.DeadSensor) with { Metric = "hot_outlet_temperature" };
        var run = new SimulatedRun(Length, faults: [fault]);

        Assert.Single(run.Between("hx-01", "hot_outlet_temperature", 100, 200).Distinct());
        Assert.True(run.Between("hx-01", "hot_inlet_temperature", 100, 200).Distinct().Count() > 50);
        Assert.True(run.Between("hx-01", "hot_outlet_temperature", 200, 300).Distinct().Count() > 50);
        Assert.Equal(["hot_outlet_temperature"], run.Simulation.Truth[0].Metrics);
    }

    [Fact]
    public void Step_WhenAnAssetIsSilent_NothingComesUntilItsEnd()
    {
        var run = new SimulatedRun(Length, faults: [Fault("meter-gas", FaultKind.SilentSensor)]);

        Assert.Empty(run.Between("meter-gas", "flow", 100, 200));
        Assert.NotEmpty(run.Between("meter-gas", "flow", 200, 210));
        Assert.Equal(["flow", "volume"], run.Simulation.Truth[0].Metrics);
    }

    [Fact]
    public void Step_WhenAGatewayIsDead_EveryAssetBehindItFallsSilent()
    {
        var run = new SimulatedRun(Length, faults: [Fault("gw-coolant", FaultKind.DeadGateway)]);

        IReadOnlyList<string> behind = run.Simulation.Truth[0].AlsoAffected;
        Assert.Equal(["acme.lyon:pump-03", "acme.lyon:pump-04", "acme.lyon:hx-02"], behind);
        Assert.All(behind, id => Assert.Empty(run.Between(Name(id), "flow", 100, 200)));
        Assert.NotEmpty(run.Between("pump-01", "flow", 100, 200));
    }

    [Fact]
    public void Demo_KeepsItsPromiseOfTwoMinutes()
    {
        var truth = new SimulatedRun(TimeSpan.FromMinutes(2)).Simulation.Truth;
        FaultTruth[] early = [.. truth.Where(t => t.Start < SimulatedRun.Start.AddSeconds(75))];

        Assert.Contains(early, t => t.Start <= SimulatedRun.Start.AddSeconds(40));
        Assert.Equal(["energy", "maintenance", "quality"], early.SelectMany(t => t.Audiences).Distinct().Order());
        Assert.True(early.Select(t => t.Kind).Distinct().Count() >= 5);
        Assert.All(truth, t => Assert.True(t.End > t.Start && t.Audiences.Count > 0));
        Assert.All(truth, t => Assert.True(t.Metrics.Count > 0 || t.AlsoAffected.Count > 0, $"{t.Kind} on {t.Asset} has no effect"));
    }

    [Fact]
    public void Demo_SignalsShowWhatTheDetectorsNeedWithinTwoMinutes()
    {
        var run = new SimulatedRun(TimeSpan.FromMinutes(2));

        Assert.True(run.Between("pump-02", "vibration_rms", 55, 120).Min() > 4.0, "threshold: cavitation stays above 4 mm/s");
        Assert.Single(run.Between("hx-01", "hot_outlet_temperature", 31, 120).Distinct());
        Assert.Empty(run.Between("meter-gas", "flow", 50, 120));
        Assert.True(run.Between("compressor-02", "power", 20, 120).Min() > 6, "idle waste: unloaded for 100 s");
        Assert.True(run.Between("screw-01", "torque", 50, 110).Count(v => v < 10.8) >= 4, "quality: several units out of limits");
        Assert.True(run.Between("meter-air", "flow", 75, 120).Min() > run.Between("meter-air", "flow", 20, 55).Max() + 20,
            "robust z: leak");
    }

    [Fact]
    public void LevelAt_IsHalfOpenAndRampsLinearly()
    {
        Fault fault = Fault("x", FaultKind.AirLeak, ramp: 60);

        Assert.Equal(0, fault.LevelAt(TimeSpan.FromSeconds(99.9)));
        Assert.Equal(0.5, fault.LevelAt(TimeSpan.FromSeconds(130)));
        Assert.Equal(1, fault.LevelAt(TimeSpan.FromSeconds(160)));
        Assert.Equal(0, fault.LevelAt(TimeSpan.FromSeconds(200)));
    }

    private static void AssertLeaves(SimulatedRun run, string asset, string metric)
    {
        double[] healthy = Healthy.Value.Between(asset, metric, 165, 200);
        double[] faulty = run.Between(asset, metric, 165, 200);
        Assert.Equal(healthy.Length, faulty.Length);

        // The noise is the same in both runs, so the difference is the fault alone; it is held against the healthy signal's own noise.
        double noise = healthy.Zip(healthy.Skip(1), (a, b) => Math.Abs(a - b)).Order().ElementAt(healthy.Length / 2);
        double shift = healthy.Zip(faulty, (h, f) => Math.Abs(f - h)).Average();
        Assert.True(shift > 2 * noise && shift > 0, $"{metric} of {asset} moves by {shift:F4} with noise {noise:F4}");
    }

    private static string Name(string assetId) => assetId[(assetId.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static Fault Fault(string asset, FaultKind kind, double ramp = 0) => new()
    {
        Asset = asset,
        Kind = kind,
        Start = TimeSpan.FromSeconds(100),
        Duration = TimeSpan.FromSeconds(100),
        Ramp = TimeSpan.FromSeconds(ramp),
    };
}
