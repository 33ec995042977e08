using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>A screwdriver. A loose joint turns further and holds less: torque falls while the angle grows.</summary>
internal sealed class ScrewStation(MachineProfile profile, int station, string step) : Machine(profile)
{
    private double driving;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => kind == FaultKind.LooseJoint ? ["torque", "angle"] : [];

    public override void Advance(in Moment moment)
    {
        double running = Profile.Line!.Running;
        driving = Approach(driving, Profile.Line.Phase is > 0.3 and < 0.8 ? running : 0, 0.3, moment);
        moment.Utilities.TakePower(Profile.Area, Power);
        moment.Utilities.TakeAir(Air);
    }

    private double Power => State == LineState.Off ? 0.05 : 0.25 + (0.6 * driving);

    private double Air => 6 + (8 * driving);

    public override ProductionStep? FinishedStep(in Moment moment)
    {
        if (!Profile.Line!.CycleEnded || Profile.Line.FinishedUnit(station, moment.Start) is not { } unit)
        {
            return null;
        }

        double loose = Level(FaultKind.LooseJoint);
        double play = Jitter(moment, "joint", 1);
        return new ProductionStep(unit, step,
        [
            ("torque", (12 * (1 - (0.28 * loose))) + (0.12 * play) + Jitter(moment, "torque", 0.05)),
            ("angle", 104 + (38 * loose) - (1.5 * play) + Jitter(moment, "angle", 0.8)),
            ("duration", 1.35 + (0.2 * loose) + Jitter(moment, "duration", 0.02)),
        ]);
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        reading.Add("state", Profile.Line!.StateName);
        reading.Add("power", Math.Max(0, Power + Jitter(moment, "power", 0.004)));
        reading.Add("air_flow", Math.Max(0, Air + Jitter(moment, "air_flow", 0.15)));
        reading.Add("air_pressure", 6.1 - (0.004 * Air) + Jitter(moment, "air_pressure", 0.01));
    }
}
