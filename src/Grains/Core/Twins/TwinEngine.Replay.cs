using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>What a comparison of two runs over the same samples needs.</summary>
public sealed partial class TwinEngine
{
    /// <summary>Event time of the newest live sample, which no order of arrival changes; null before the first.</summary>
    public DateTimeOffset? Newest => newest == Ticks.None ? null : Ticks.ToInstant(newest);

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
