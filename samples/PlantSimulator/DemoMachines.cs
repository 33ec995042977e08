using Millwright.Simulation.Faults;
using Millwright.Simulation.Machines;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation;

/// <summary>The machines of the demo plant, as samples/demo/plant models them; a test holds the two together.</summary>
internal sealed class DemoMachines
{
    public const string Namespace = "acme.lyon";
    public const string CoolantGateway = "gw-coolant";
    public const string LeadCompressor = "compressor-01";

    // A reading a second is what plants have; vibration features come twice as often.
    private const int EverySecond = 4;
    private const int TwicePerSecond = 2;

    private readonly ILookup<string, Fault> faults;
    private readonly Noise noise;
    private readonly List<Machine> machines = [];

    public DemoMachines(ulong seed, IReadOnlyList<Fault> schedule)
    {
        noise = new Noise(seed);
        faults = schedule.ToLookup(f => f.Asset, StringComparer.Ordinal);
        LineA = new ProductionLine("line-a", "A", TimeSpan.FromSeconds(10), ScheduleA());
        LineB = new ProductionLine("line-b", "B", TimeSpan.FromSeconds(16), ScheduleB());
        AddLineA();
        AddLineB();
        AddUtilities();
        AddMeters();
    }

    public ProductionLine LineA { get; }

    public ProductionLine LineB { get; }

    public IReadOnlyList<Machine> Machines => machines;

    private static ProductionSchedule ScheduleA() => new(
        (LineState.Running, TimeSpan.FromMinutes(12)),
        (LineState.Setup, TimeSpan.FromMinutes(1.5)),
        (LineState.Running, TimeSpan.FromMinutes(12)),
        (LineState.Idle, TimeSpan.FromMinutes(3)),
        (LineState.Running, TimeSpan.FromMinutes(12)),
        (LineState.Off, TimeSpan.FromMinutes(2)));

    private static ProductionSchedule ScheduleB() => new(
        (LineState.Running, TimeSpan.FromMinutes(7)),
        (LineState.Setup, TimeSpan.FromMinutes(2)),
        (LineState.Running, TimeSpan.FromMinutes(14)),
        (LineState.Idle, TimeSpan.FromMinutes(2)),
        (LineState.Running, TimeSpan.FromMinutes(9)),
        (LineState.Off, TimeSpan.FromMinutes(1)));

    private void AddLineA()
    {
        const string area = "assembly";
        machines.Add(new Conveyor(Profile("conveyor-01", area, LineA, EverySecond)));
        machines.Add(new Conveyor(Profile("conveyor-02", area, LineA, EverySecond, Dialect.UnifiedNamespace)));
        machines.Add(new Motor(Profile("motor-01", area, LineA, TwicePerSecond), 5.5));
        machines.Add(new Motor(Profile("motor-02", area, LineA, TwicePerSecond), 5.5));
        machines.Add(new Press(Profile("press-01", area, LineA, EverySecond), 0, "press-fit"));
        machines.Add(new ScrewStation(Profile("screw-01", area, LineA, EverySecond), 1, "screwing"));
        machines.Add(new Press(Profile("press-02", area, LineA, EverySecond), 2, "press-cover"));
        machines.Add(new ScrewStation(Profile("screw-02", area, LineA, EverySecond), 3, "final-screwing"));
    }

    private void AddLineB()
    {
        const string area = "machining";
        machines.Add(new Conveyor(Profile("conveyor-03", area, LineB, EverySecond, Dialect.UnifiedNamespace)));
        machines.Add(new Motor(Profile("motor-03", area, LineB, TwicePerSecond), 4));
        machines.Add(new CncMachine(Profile("cnc-01", area, LineB, EverySecond), 0, "milling-10"));
        machines.Add(new CncMachine(Profile("cnc-02", area, LineB, EverySecond), 1, "milling-20"));
        machines.Add(new CncMachine(Profile("cnc-03", area, LineB, EverySecond), 2, "milling-30"));
        machines.Add(new Pump(BehindGateway("pump-03"), 0.02));
        machines.Add(new Pump(BehindGateway("pump-04"), 0.02));
        machines.Add(new HeatExchanger(BehindGateway("hx-02")));
    }

    private void AddUtilities()
    {
        const string area = "utilities";
        machines.Add(new Pump(Profile("pump-01", area, null, TwicePerSecond), 0.05));
        machines.Add(new Pump(Profile("pump-02", area, null, TwicePerSecond), 0.05));
        machines.Add(new HeatExchanger(Profile("hx-01", area, null, EverySecond)));
        machines.Add(new Motor(Profile("motor-04", area, null, TwicePerSecond), 7.5));
        machines.Add(new Compressor(Profile(LeadCompressor, area, null, EverySecond, leaks: true), isLead: true));
        machines.Add(new Compressor(Profile("compressor-02", area, null, EverySecond), isLead: false));
    }

    private void AddMeters()
    {
        var electricity = new MeterMetrics("power", "energy", 184_220, 0.004);

        // Line meters hang in the main distribution: their lines' machines are metered one by one, and a sum must not hold both.
        AddMeter("meter-el-a", "utilities", electricity, u => u.PowerOf("assembly"));
        AddMeter("meter-el-b", "utilities", electricity with { InitialRegister = 96_410 }, u => u.PowerOf("machining"));
        AddMeter("meter-air", "utilities", new MeterMetrics("flow", "volume", 902_113, 0.01), u => u.Air, FaultKind.AirLeak);
        AddMeter("meter-water", "utilities", new MeterMetrics("flow", "volume", 18_332, 0.05), u => 1.2 + u.Water);
        AddMeter("meter-gas", "utilities", new MeterMetrics("flow", "volume", 55_871, 0.08), _ => 12.5);
    }

    private void AddMeter(
        string name, string area, MeterMetrics metrics, Func<Utilities, double> rate, params FaultKind[] affected)
        => machines.Add(new Meter(Profile(name, area, null, EverySecond, leaks: affected.Length > 0), metrics, rate, affected));

    private MachineProfile BehindGateway(string name)
        => Profile(name, "machining", LineB, EverySecond, Dialect.ThingsBoardGateway) with { Gateway = CoolantGateway };

    private MachineProfile Profile(
        string name, string area, ProductionLine? line, int every, Dialect dialect = Dialect.Telemetry, bool leaks = false)
    {
        // A leak is one fault, seen by the meter and by the compressor that feeds the net.
        IEnumerable<Fault> own = leaks && name != "meter-air"
            ? faults[name].Concat(faults["meter-air"].Where(f => f.Kind == FaultKind.AirLeak))
            : faults[name];
        return new MachineProfile
        {
            Name = name,
            Area = area,
            Line = line,
            Source = new Source(Namespace, area, line?.Key ?? "plant", name, dialect),
            Every = every,
            Faults = new FaultTrack(own),
            Noise = noise,
        };
    }
}
