using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>A milling machine: roughing and finishing within each cycle; the tool wears and is changed after 150 units.</summary>
internal sealed class CncMachine(MachineProfile profile, int station, string step) : Machine(profile)
{
    private const int UnitsPerTool = 150;
    private double spindle;
    private double cutting;
    private double temperature = 32;
    private double peak;
    private int units;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => kind == FaultKind.BearingWear
        ? ["vibration_rms", "spindle_temperature"]
        : [];

    public override void Advance(in Moment moment)
    {
        LineState state = State;
        double phase = Profile.Line!.Phase;
        double roughing = phase is > 0.1 and < 0.55 ? 1 : 0;
        double finishing = phase is >= 0.6 and < 0.9 ? 0.45 : 0;
        double running = state == LineState.Running ? 1 : 0;
        double wear = (double)units / UnitsPerTool;
        spindle = Approach(spindle, running, 1, moment);
        cutting = Approach(cutting, running * (roughing + finishing) * (1 + (0.15 * wear)), 0.6, moment);
        temperature = Approach(temperature, 26 + (14 * spindle) + (6 * cutting) + (20 * Level(FaultKind.BearingWear)), 70, moment);
        peak = Profile.Line.CycleEnded ? 0 : Math.Max(peak, SpindleLoad);
        moment.Utilities.TakePower(Profile.Area, Power);
        moment.Utilities.TakeAir(running * 14);
        moment.Utilities.AddHeat(0.25 * spindle);
    }

    private double SpindleLoad => (8 * spindle) + (52 * cutting);

    private double Power => State == LineState.Off ? 0.2 : 1.9 + (1.3 * spindle) + (7.5 * cutting);

    public override ProductionStep? FinishedStep(in Moment moment)
    {
        if (!Profile.Line!.CycleEnded || Profile.Line.FinishedUnit(station, moment.Start) is not { } unit)
        {
            return null;
        }

        units = (units + 1) % UnitsPerTool;
        double wear = (double)units / UnitsPerTool;
        return new ProductionStep(unit, step,
        [
            ("bore_diameter", 24.01 - (0.006 * wear) + Jitter(moment, "bore_diameter", 0.0025)),
            ("roughness", 0.8 + (0.35 * wear) + Math.Abs(Jitter(moment, "roughness", 0.05))),
            ("spindle_load_max", 58 * (1 + (0.13 * wear)) + Jitter(moment, "spindle_load_max", 0.8)),
        ]);
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        double wear = Level(FaultKind.BearingWear);
        double vibration = 0.08 + (0.7 * spindle) + (0.5 * cutting) + (3.6 * wear * wear) + (0.4 * wear);
        reading.Add("state", Profile.Line!.StateName);
        reading.Add("spindle_speed", Math.Max(0, (9000 * spindle) + Jitter(moment, "spindle_speed", 6)));
        reading.Add("spindle_load", Math.Max(0, SpindleLoad + Jitter(moment, "spindle_load", 0.6)));
        reading.Add("power", Math.Max(0, Power + Jitter(moment, "power", 0.05)));
        reading.Add("spindle_temperature", temperature + Jitter(moment, "spindle_temperature", 0.07));
        reading.Add("vibration_rms", Math.Max(0.02, vibration + Jitter(moment, "vibration_rms", 0.03)));
    }
}
