using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Simulation.Tests.Disk;
using Millwright.Simulation.Tests.Scheduling;
using Millwright.Simulation.Tests.Store;
using Millwright.Simulation.Tests.World;

namespace Millwright.Simulation.Tests;

/// <summary>A twin that lost its last checkpoint counts its alerts from an earlier number again.</summary>
public sealed class IncidentRepetitionTests
{
    [Fact]
    public void Incident_TakesNewAlertAndDropsRepetition_WhenSequencesAreUsedAgain()
    {
        var silo = new SiloProcess(
            new SiloSetup(
                new RunOptions { Seed = 1 }, new SimulatedDisk(), new StoreMedium(), new WorldTime(), new Random(1), new Trace(),
                (_, _) => { }),
            new Mortality());
        IIncidentGrain incident = silo.Grains.GetGrain<IIncidentGrain>("incident");

        foreach (AlertEvent alert in new[] { Alert("a", 1), Alert("b", 2), Alert("a", 1), Alert("c", 2), Alert("b", 1), Alert("c", 2) })
        {
            Finish(silo, incident.ReportAsync(alert).AsTask());
        }

        IncidentState? state = Ask(silo, incident.GetAsync().AsTask());
        SynchronizationContext.SetSynchronizationContext(null);
        silo.Bury();
        Assert.Equal(3, state!.AlertCount);
    }

    private static T Ask<T>(SiloProcess silo, Task<T> task)
    {
        Finish(silo, task);
        return task.Result;
    }

    private static void Finish(SiloProcess silo, Task task)
    {
        silo.Loop.Drain();
        while (silo.Store.HasWork)
        {
            silo.Store.Pump();
            silo.Loop.Drain();
        }

        Assert.True(task.IsCompletedSuccessfully, task.Exception?.ToString() ?? "It never ends.");
    }

    private static AlertEvent Alert(string id, long sequence) => new()
    {
        Id = id,
        AlertId = id,
        Kind = AlertKind.Raised,
        AssetId = "sim:press-1",
        AlertName = "Hot",
        Subject = "temperature",
        EventTime = WorldTime.Start,
        RecordedTime = WorldTime.Start,
        Sequence = sequence,
        Severity = 500,
        Audiences = Audiences.Quality,
        Category = AlertCategory.Machine,
        IncidentId = "incident",
        Explanation = new AlertExplanation
        {
            DetectorId = "hot",
            DetectorKind = "threshold",
            DetectorVersion = "1",
            Score = 1,
            Threshold = 1,
            WindowStart = WorldTime.Start,
            WindowEnd = WorldTime.Start,
            Completeness = 1,
            Contributions = ImmutableArray<Contribution>.Empty,
            Counterfactual = "",
            OperatingState = "",
        },
        Summary = "",
    };
}
