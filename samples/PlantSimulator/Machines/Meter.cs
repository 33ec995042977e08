using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>A utility meter: a rate, and a register that counts it up.</summary>
/// <param name="rate">What flows through it, per hour.</param>
/// <param name="affected">Faults elsewhere in the plant that show in it, or its own.</param>
internal sealed class Meter(MachineProfile profile, MeterMetrics metrics, Func<Utilities, double> rate,
    params FaultKind[] affected) : Machine(profile)
{
    private const double LeakFlow = 150;
    private double flow;
    private double register = metrics.InitialRegister;

    public override IReadOnlyList<string> AffectedBy(FaultKind kind) => affected.Contains(kind) ? [metrics.Rate, metrics.Register] : [];

    public override void Advance(in Moment moment)
    {
        double wander = 1 + (metrics.Wander * Wander(moment, metrics.Rate, TimeSpan.FromSeconds(50)));
        double leak = LeakFlow * Level(FaultKind.AirLeak);
        flow = Math.Max(0, (rate(moment.Utilities) * wander) + leak);
        register += flow * moment.Seconds / 3600;
    }

    protected override void Sense(in Moment moment, Reading reading)
    {
        reading.Add(metrics.Rate, Math.Max(0, flow * (1 + Jitter(moment, metrics.Rate, 0.004))));
        reading.Add(metrics.Register, register);
    }
}

/// <param name="Wander">Relative slow variation.</param>
internal sealed record MeterMetrics(string Rate, string Register, double InitialRegister, double Wander);
