using Millwright.Simulation.Faults;
using Millwright.Simulation.Machines;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation;

/// <summary>
/// The demo plant as a function of (seed, start, simulated time): no clock, no generator, no order of calls. Advancing by one hour or
/// by 3,600 seconds gives the same messages, byte for byte.
/// </summary>
public sealed class PlantSimulation
{
    /// <summary>The physics are integrated at this step, and messages carry its multiples.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly DemoMachines plant;
    private readonly SimulationOptions options;
    private readonly IReadOnlyList<Fault> faults;
    private readonly ILookup<string, Fault> gateways;
    private readonly Utilities utilities = new();
    private readonly MessageWriter writer = new();
    private readonly Reading reading = new();
    private readonly Reading sensed = new();
    private long tick;
    private TimeSpan owed;

    public PlantSimulation(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options with { Start = WholeMilliseconds(options.Start) };
        faults = options.Faults ?? FaultSchedule.Demo(options.Seed);
        plant = new DemoMachines(options.Seed, faults);
        gateways = faults.Where(f => f.Kind == FaultKind.DeadGateway).ToLookup(f => f.Asset, StringComparer.Ordinal);
        Truth = [.. faults.OrderBy(f => f.Start).Select(TruthOf)];
        AssetIds = [.. plant.Machines.Select(m => m.Profile.Source.AssetId)];
    }

    /// <summary>What goes wrong and when, over the whole schedule.</summary>
    public IReadOnlyList<FaultTruth> Truth { get; }

    public IReadOnlyList<string> AssetIds { get; }

    /// <summary>Event time up to which everything has been produced.</summary>
    public DateTimeOffset Now => options.Start + (Tick * tick);

    /// <summary>Advances by whole ticks and carries the rest over.</summary>
    public IReadOnlyList<PlantMessage> Step(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        owed += by;
        var messages = new List<PlantMessage>();
        while (owed >= Tick)
        {
            owed -= Tick;
            AdvanceOneTick(messages);
        }

        return messages;
    }

    private void AdvanceOneTick(List<PlantMessage> output)
    {
        TimeSpan offset = Tick * tick;
        var moment = new Moment(tick, offset, Tick.TotalSeconds, options.Start, utilities);
        plant.LineA.Advance(offset, moment.Seconds);
        plant.LineB.Advance(offset, moment.Seconds);
        for (int i = 0; i < plant.Machines.Count; i++)
        {
            Machine machine = plant.Machines[i];
            machine.Profile.Faults.MoveTo(offset);
            machine.Advance(moment);
            if (IsHeard(machine, offset))
            {
                Publish(machine, i, moment, output);
            }
        }

        utilities.EndTick();
        tick++;
    }

    private void Publish(Machine machine, int index, in Moment moment, List<PlantMessage> output)
    {
        DateTimeOffset eventTime = options.Start + moment.Offset;
        if (machine.FinishedStep(moment) is { } step)
        {
            output.Add(writer.WriteStep(machine.Profile.Source, step, eventTime));
        }

        // Spread over the ticks of a second, as machines that were switched on by hand are.
        if ((moment.Tick + index) % machine.Profile.Every != 0)
        {
            return;
        }

        machine.Read(moment, reading);
        sensed.Clear();
        foreach (ReadingValue value in reading.Values)
        {
            sensed.Add(machine.AsSensed(value));
        }

        writer.Write(machine.Profile.Source, sensed, eventTime, output);
    }

    private bool IsHeard(Machine machine, TimeSpan offset)
    {
        if (machine.Profile.Faults.IsActive(FaultKind.SilentSensor))
        {
            return false;
        }

        foreach (Fault fault in gateways[machine.Profile.Gateway])
        {
            if (fault.LevelAt(offset) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private FaultTruth TruthOf(Fault fault)
    {
        string[] also = [.. AlsoAffected(fault).Select(m => m.Profile.Source.AssetId)];
        return new FaultTruth
        {
            Asset = $"{DemoMachines.Namespace}:{fault.Asset}",
            Kind = fault.Kind,
            Start = options.Start + fault.Start,
            End = options.Start + fault.End,
            Metrics = MetricsOf(fault),
            Audiences = AudiencesOf(fault.Kind),
            AlsoAffected = also,
        };
    }

    private IEnumerable<Machine> AlsoAffected(Fault fault) => fault.Kind switch
    {
        FaultKind.DeadGateway => plant.Machines.Where(m => m.Profile.Gateway == fault.Asset),
        FaultKind.AirLeak => plant.Machines.Where(m => m.Profile.Name == DemoMachines.LeadCompressor),
        _ => [],
    };

    private IReadOnlyList<string> MetricsOf(Fault fault)
    {
        Machine? machine = plant.Machines.FirstOrDefault(m => m.Profile.Name == fault.Asset);
        switch (fault.Kind)
        {
            case FaultKind.DeadSensor:
                return [fault.Metric];
            case FaultKind.SilentSensor when machine is not null:
                var all = new Reading();
                machine.Read(new Moment(0, TimeSpan.Zero, Tick.TotalSeconds, options.Start, utilities), all);
                return [.. all.Values.Select(v => v.Metric)];
            default:
                return machine?.AffectedBy(fault.Kind) ?? [];
        }
    }

    private static IReadOnlyList<string> AudiencesOf(FaultKind kind) => kind switch
    {
        FaultKind.LooseJoint => ["quality"],
        FaultKind.AirLeak => ["energy", "maintenance"],
        FaultKind.CompressorIdling => ["energy"],
        _ => ["maintenance"],
    };

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset instant)
        => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
