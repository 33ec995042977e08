using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>A hydraulic press: one stroke per cycle; the force comes from the pressure, the oil warms with the work.</summary>
internal sealed class Press(MachineProfile profile, int station, string step) : Machine(profile)
{
    private double stroke;
    private double oil = 38;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => [];

    public override void Advance(in Moment moment)
    {
        double running = Profile.Line!.Running;
        double phase = Profile.Line.Phase;
        stroke = Approach(stroke, phase is > 0.35 and < 0.65 ? running : 0, 0.4, moment);
        oil = Approach(oil, 27 + (16 * running), 150, moment);
        moment.Utilities.TakePower(Profile.Area, Power);
        moment.Utilities.TakeAir(9 * running);
        moment.Utilities.AddHeat(0.1 * running);
    }

    private double Power => State == LineState.Off ? 0.1 : 1.4 + (0.6 * Profile.Line!.Running) + (5.5 * stroke);

    public override ProductionStep? FinishedStep(in Moment moment)
    {
        if (!Profile.Line!.CycleEnded || Profile.Line.FinishedUnit(station, moment.Start) is not { } unit)
        {
            return null;
        }

        return new ProductionStep(unit, step,
        [
            ("force_max", 45 + Jitter(moment, "force_max", 0.7)),
            ("depth", 12 + Jitter(moment, "depth", 0.02)),
            ("duration", 1.8 + Jitter(moment, "duration", 0.03)),
        ]);
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        reading.Add("state", Profile.Line!.StateName);
        reading.Add("force", Math.Max(0, (45 * stroke) + Jitter(moment, "force", 0.15)));
        reading.Add("hydraulic_pressure",
            Math.Max(0, (State == LineState.Off ? 1 : 58) + (92 * stroke) + Jitter(moment, "hydraulic_pressure", 0.3)));
        reading.Add("oil_temperature", oil + Jitter(moment, "oil_temperature", 0.07));
        reading.Add("power", Math.Max(0, Power + Jitter(moment, "power", 0.03)));
    }
}
