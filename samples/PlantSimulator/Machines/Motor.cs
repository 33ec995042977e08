using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Machines;

/// <summary>A drive: load makes current, current makes power and heat, speed and load make vibration; a worn bearing adds shocks.</summary>
internal sealed class Motor(MachineProfile profile, double ratedKilowatts) : Machine(profile)
{
    private double speed;
    private double load;
    private double winding = 45;
    private double bearing = 40;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => kind == FaultKind.BearingWear
        ? ["vibration_rms", "vibration_kurtosis", "bearing_temperature", "current"]
        : [];

    public override void Advance(in Moment moment)
    {
        double running = Profile.Line?.Running ?? 1;
        double wear = Level(FaultKind.BearingWear);
        speed = Approach(speed, running, 1.5, moment);
        double target = running * (0.62 + (0.05 * Wander(moment, "load", TimeSpan.FromSeconds(25))) + (0.08 * wear));
        load = Approach(load, target, 1, moment);
        winding = Approach(winding, 24 + (62 * load * load), 120, moment);
        bearing = Approach(bearing, 24 + (26 * speed * load) + (28 * wear), 60, moment);
        moment.Utilities.TakePower(Profile.Area, Power);
    }

    private double Power => 0.05 + (ratedKilowatts * ((0.06 * speed) + (0.94 * load)));

    protected override void Sense(in Moment moment, Reading reading)
    {
        double wear = Level(FaultKind.BearingWear);
        double vibration = 0.12 + (0.9 * speed * speed) + (0.5 * load) + (4.5 * wear * wear) + (0.8 * wear);

        // Shocks stand out of the noise first; when the whole raceway is rough they are the noise, and kurtosis falls again.
        double kurtosis = 3 + (11 * wear * (1 - (0.55 * wear)));
        reading.Add("speed", Math.Max(0, (1480 * speed) + Jitter(moment, "speed", 1.2)));
        reading.Add("current", (1.75 * Power) + Jitter(moment, "current", 0.04));
        reading.Add("power", Power + Jitter(moment, "power", 0.02));
        reading.Add("winding_temperature", winding + Jitter(moment, "winding_temperature", 0.1));
        reading.Add("bearing_temperature", bearing + Jitter(moment, "bearing_temperature", 0.08));
        reading.Add("vibration_rms", Math.Max(0.02, vibration + Jitter(moment, "vibration_rms", 0.04 + (0.2 * wear))));
        reading.Add("vibration_kurtosis", Math.Max(1.5, kurtosis + Jitter(moment, "vibration_kurtosis", 0.12 + (0.5 * wear))));
    }
}
