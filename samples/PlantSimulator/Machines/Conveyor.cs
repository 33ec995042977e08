using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Machines;

/// <summary>A belt that runs with its line; units on it make its load, load makes its power.</summary>
internal sealed class Conveyor(MachineProfile profile) : Machine(profile)
{
    private double speed;
    private double load;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => [];

    public override void Advance(in Moment moment)
    {
        double running = Profile.Line?.Running ?? 1;
        speed = Approach(speed, 0.35 * running, 1, moment);
        load = Approach(load, 42 + (6 * Wander(moment, "load", TimeSpan.FromSeconds(30))), 4, moment);
        moment.Utilities.TakePower(Profile.Area, Power);
    }

    private double Power => 0.08 + (speed * (0.9 + (0.02 * load)));

    protected override void Sense(in Moment moment, Reading reading)
    {
        reading.Add("state", Profile.Line?.StateName ?? "running");
        reading.Add("speed", Math.Max(0, speed + Jitter(moment, "speed", 0.002)));
        reading.Add("load", load + Jitter(moment, "load", 0.4));
        reading.Add("power", Math.Max(0, Power + Jitter(moment, "power", 0.006)));
        reading.Add("current", Math.Max(0, (2.1 * Power) + Jitter(moment, "current", 0.01)));
    }
}
