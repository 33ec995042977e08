using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>What a comparison of two runs over the same samples needs, and a run that takes up where another was lost.</summary>
public sealed partial class TwinEngine
{
    /// <summary>Event time of the newest live sample, which no order of arrival changes; null before the first.</summary>
    public DateTimeOffset? Newest => newest == Ticks.None ? null : Ticks.ToInstant(newest);

    /// <summary>
    /// After the loss of a newer state: the clock had claimed that a metric is absent since <paramref name="begin"/>. True when that still
    /// holds; then it is claimed again, without another wait.
    /// </summary>
    public bool Reclaim(string detector, string metric, DateTimeOffset begin) => ordered.Reclaim(detector, FindMetric(metric), begin);

    /// <summary>
    /// Judges what still waits, as if the source had fallen silent. Two engines that took the same samples have then judged the same.
    /// </summary>
    public void Rest(TwinOutput output)
    {
        if (!IsIdle)
        {
            BecomeIdle(output);
        }
    }
}
