using System.Text;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Tests;

public sealed class PlantSimulationTests
{
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);

    [Fact]
    public void Step_WhenRunTwiceWithOneSeed_GivesTheSameBytes()
        => Assert.Equal(Bytes(new SimulatedRun(TwoMinutes)), Bytes(new SimulatedRun(TwoMinutes)));

    [Fact]
    public void Step_WhenTheSeedDiffers_GivesOtherBytes()
        => Assert.NotEqual(Bytes(new SimulatedRun(TwoMinutes, seed: 1)), Bytes(new SimulatedRun(TwoMinutes, seed: 2)));

    [Fact]
    public void Step_WhenCutIntoUnevenSlices_GivesTheSameBytes()
    {
        var whole = new SimulatedRun(TimeSpan.FromSeconds(30));
        var simulation = new PlantSimulation(new SimulationOptions { Seed = 7, Start = SimulatedRun.Start });
        var sliced = new List<PlantMessage>();
        for (int i = 0; i < 300; i++)
        {
            sliced.AddRange(simulation.Step(TimeSpan.FromMilliseconds(i % 2 == 0 ? 37 : 163)));
        }

        Assert.Equal(Bytes(whole), Render(sliced));
    }

    [Fact]
    public void Step_EventTimesNeverRunBackwards()
    {
        DateTimeOffset[] times = [.. new SimulatedRun(TimeSpan.FromSeconds(20)).Messages.Select(m => m.EventTime)];

        Assert.Equal(times.Order(), times);
        Assert.Equal(SimulatedRun.Start, times[0]);
    }

    [Fact]
    public void AssetIds_AreBetweenTwelveAndForty()
    {
        var run = new SimulatedRun(TimeSpan.FromSeconds(5), faults: []);

        Assert.InRange(run.Simulation.AssetIds.Count, 12, 40);
        Assert.Equal(run.Simulation.AssetIds.Order(StringComparer.Ordinal), run.Messages.Select(m => m.AssetId).Distinct()
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Step_SpeaksEachDialect()
    {
        string[] topics = [.. new SimulatedRun(TimeSpan.FromSeconds(15), faults: []).Messages.Select(m => m.Topic).Distinct()];

        Assert.Contains("telemetry/acme.lyon/pump-01", topics);
        Assert.Contains("umh/v1/acme/lyon/assembly/line-a/conveyor-02/_raw/speed", topics);
        Assert.Contains("v1/gateway/telemetry", topics);
        Assert.Contains("plant/acme/lyon/line-a/press-01/steps", topics);
    }

    [Fact]
    public void Step_EachUnitPassesItsStationsInOrder()
    {
        var run = new SimulatedRun(TimeSpan.FromSeconds(90), faults: []);

        string first = run.Steps.First(s => s.Step == "press-fit").Unit;
        Assert.Equal(["press-fit", "screwing", "press-cover", "final-screwing"], run.Steps.Where(s => s.Unit == first).Select(s => s.Step));
        Assert.Equal(run.Steps.Count, run.Steps.Select(s => (s.Unit, s.Step)).Distinct().Count());
    }

    [Fact]
    public void Step_WhenALineStops_ItsMachinesStopAndNoUnitMoves()
    {
        var run = new SimulatedRun(TimeSpan.FromMinutes(9), faults: []);

        Assert.All(run.Between("motor-03", "speed", 430, 535), v => Assert.InRange(v, 0, 20));
        Assert.DoesNotContain(run.Steps, s => s.Unit.StartsWith('B') && s.Offset.TotalSeconds is > 421 and < 539);
        Assert.Contains(run.Steps, s => s.Unit.StartsWith('A') && s.Offset.TotalSeconds is > 421 and < 539);
    }

    [Fact]
    public void Step_RegistersOnlyCountUp()
    {
        var run = new SimulatedRun(TimeSpan.FromMinutes(1));
        double[] energy = run.Between("meter-el-a", "energy", 0, 60);

        Assert.Equal(energy.Order(), energy);
        double meanPower = run.Between("meter-el-a", "power", 0, 60).Average();
        Assert.Equal(meanPower / 60, energy[^1] - energy[0], tolerance: 0.02);
    }

    private static string Bytes(SimulatedRun run) => Render(run.Messages);

    private static string Render(IEnumerable<PlantMessage> messages)
    {
        var text = new StringBuilder();
        foreach (PlantMessage message in messages)
        {
            text.Append(message.Topic).Append(' ').Append(Encoding.UTF8.GetString(message.Payload.Span)).Append('\n');
        }

        return text.ToString();
    }
}
