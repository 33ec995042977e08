using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Machines;

/// <summary>
/// A screw compressor. The lead machine follows the net by its speed; the standby stands still unless someone left it running
/// unloaded, which takes a quarter of full power and delivers nothing.
/// </summary>
internal sealed class Compressor(MachineProfile profile, bool isLead) : Machine(profile)
{
    private const double RatedFlow = 420;
    private double flow;
    private double pressure = 7;
    private double power;
    private double oil = 60;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => kind switch
    {
        FaultKind.CompressorIdling => ["power", "current", "oil_temperature"],
        FaultKind.AirLeak => ["flow", "power", "pressure"],
        FaultKind.BearingWear => ["vibration_rms", "oil_temperature"],
        _ => [],
    };

    public override void Advance(in Moment moment)
    {
        double idling = isLead ? 0 : Level(FaultKind.CompressorIdling);
        double leak = isLead ? Level(FaultKind.AirLeak) : 0;
        double demand = isLead ? moment.Utilities.Air + (150 * leak) : 0;
        flow = Approach(flow, Math.Min(RatedFlow, demand), 3, moment);
        pressure = Approach(pressure, 7.05 - (0.0006 * flow) - (0.12 * leak), 6, moment);
        power = isLead ? 4.5 + (0.092 * flow) : 0.12 + (9.2 * idling);
        oil = Approach(oil, 24 + (isLead ? 1.6 * power : 34 * idling) + (18 * Level(FaultKind.BearingWear)), 90, moment);
        moment.Utilities.TakePower(Profile.Area, power);
        moment.Utilities.AddHeat(0.01 * power);
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        double wear = Level(FaultKind.BearingWear);
        bool turns = power > 1;
        reading.Add("power", Math.Max(0, power + Jitter(moment, "power", turns ? 0.12 : 0.004)));
        reading.Add("current", Math.Max(0, (1.72 * power) + Jitter(moment, "current", turns ? 0.2 : 0.008)));
        reading.Add("flow", Math.Max(0, flow + Jitter(moment, "flow", isLead ? 1.2 : 0.05)));
        reading.Add("pressure", pressure + Jitter(moment, "pressure", 0.008));
        reading.Add("oil_temperature", oil + Jitter(moment, "oil_temperature", 0.1));
        reading.Add("vibration_rms",
            Math.Max(0.02, (turns ? 2.1 : 0.1) + (4 * wear * wear) + Jitter(moment, "vibration_rms", turns ? 0.07 : 0.01)));
    }
}
