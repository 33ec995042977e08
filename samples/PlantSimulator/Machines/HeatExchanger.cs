using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Machines;

/// <summary>Counterflow cooler: the heat that the plant makes warms the hot side, and both outlets follow with a lag.</summary>
internal sealed class HeatExchanger(MachineProfile profile) : Machine(profile)
{
    private const double Effectiveness = 0.62;
    private double hotIn = 46;
    private double hotOut = 30;
    private double coldOut = 27;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => [];

    public override void Advance(in Moment moment)
    {
        hotIn = Approach(hotIn, 38 + (9 * moment.Utilities.Heat) + (0.6 * Wander(moment, "heat", TimeSpan.FromSeconds(60))), 25, moment);
        double transferred = Effectiveness * (hotIn - ColdIn(moment));
        hotOut = Approach(hotOut, hotIn - transferred, 8, moment);
        coldOut = Approach(coldOut, ColdIn(moment) + (0.55 * transferred), 8, moment);
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        reading.Add("hot_inlet_temperature", hotIn + Jitter(moment, "hot_inlet_temperature", 0.06));
        reading.Add("hot_outlet_temperature", hotOut + Jitter(moment, "hot_outlet_temperature", 0.06));
        reading.Add("cold_inlet_temperature", ColdIn(moment) + Jitter(moment, "cold_inlet_temperature", 0.05));
        reading.Add("cold_outlet_temperature", coldOut + Jitter(moment, "cold_outlet_temperature", 0.06));
        reading.Add("flow", 24 + (0.3 * Wander(moment, "flow", TimeSpan.FromSeconds(20))) + Jitter(moment, "flow", 0.08));
    }

    private double ColdIn(in Moment moment) => 17.5 + (0.4 * Wander(moment, "cold", TimeSpan.FromSeconds(90)));
}
