using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Machines;

/// <summary>
/// A centrifugal pump: its curve head = 4.2 n² − 0.0011 q² meets the system's 0.6 + r q², where r wanders with the consumers.
/// Power follows from flow and pressure; vibration from speed and from the distance to the best point.
/// </summary>
internal sealed class Pump(MachineProfile profile, double heat) : Machine(profile)
{
    private const double BestFlow = 38;
    private double speed = 1;
    private double flow;
    private double pressure;
    private double power;
    private double bearing = 44;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => kind switch
    {
        FaultKind.Cavitation => ["vibration_rms", "flow", "discharge_pressure", "power"],
        FaultKind.BearingWear => ["vibration_rms", "bearing_temperature"],
        _ => [],
    };

    public override void Advance(in Moment moment)
    {
        double demand = 1 + (0.03 * Wander(moment, "demand", TimeSpan.FromSeconds(40)));
        speed = Approach(speed, 1, 2, moment);
        double resistance = 0.0012 / (demand * demand);
        double head = (4.2 * speed * speed) - 0.6;
        double cavitation = Level(FaultKind.Cavitation);
        flow = Math.Sqrt(Math.Max(0, head / (0.0011 + resistance))) * (1 - (0.22 * cavitation));
        pressure = (0.6 + (resistance * flow * flow)) * (1 - (0.12 * cavitation));
        power = (flow * pressure / 36 / 0.62) + 0.9;
        double wear = Level(FaultKind.BearingWear);
        bearing = Approach(bearing, 30 + (3 * power) + (24 * wear), 45, moment);
        moment.Utilities.TakePower(Profile.Area, power);
        moment.Utilities.TakeWater(0.02 * flow);
        moment.Utilities.AddHeat(heat);
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        double cavitation = Level(FaultKind.Cavitation);
        double wear = Level(FaultKind.BearingWear);
        double off = (flow - BestFlow) / BestFlow;
        double vibration = 1.3 + (0.6 * speed * speed) + (1.5 * off * off) + (3.8 * cavitation) + (4.2 * wear * wear);
        reading.Add("speed", (1450 * speed) + Jitter(moment, "speed", 1.5));
        reading.Add("flow", flow + Jitter(moment, "flow", 0.25 + (1.5 * cavitation)));
        reading.Add("discharge_pressure", pressure + Jitter(moment, "discharge_pressure", 0.015 + (0.12 * cavitation)));
        reading.Add("power", power + Jitter(moment, "power", 0.03));
        reading.Add("current", (power / 0.58) + Jitter(moment, "current", 0.05));
        reading.Add("bearing_temperature", bearing + Jitter(moment, "bearing_temperature", 0.08));
        reading.Add("vibration_rms", Math.Max(0.05, vibration + Jitter(moment, "vibration_rms", 0.06 + (0.5 * cavitation))));
    }
}
