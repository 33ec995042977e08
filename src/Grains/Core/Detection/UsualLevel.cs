using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// The value that nine in ten of a stream stay below, by stochastic approximation (Robbins and Monro): a limit that a correlated, drifting
/// process sets itself, where the quantiles of theory would cry all day.
/// </summary>
internal struct UsualLevel
{
    private const double Quantile = 0.9;

    /// <summary>Values over which it adapts by a factor e.</summary>
    private const double Memory = 100;

    private double logarithm;

    /// <summary>At least one: what theory expects of independent samples when the stream is measured in it.</summary>
    public readonly double Value => Math.Exp(logarithm);

    public void Learn(double value)
    {
        double step = value > Value ? Quantile : Quantile - 1;
        logarithm = Math.Clamp(logarithm + (step / Memory), 0, Math.Log(Finding.MaxScore));
    }

    public readonly void Save(StateWriter writer) => writer.Double(logarithm);

    public static UsualLevel Restore(StateReader reader) => new() { logarithm = reader.Double() };
}
