namespace Millwright.Core.Windows.Ordered;

/// <summary>Where event time stands in the ordered stage.</summary>
/// <param name="Ticks">The newest instant.</param>
/// <param name="Counted">
/// Time counted up to it: of a pause without any sample at most <paramref name="MaxGap"/>, for nobody knows the state of a silent machine.
/// </param>
/// <param name="MaxGap">The longest pause that counts in full.</param>
/// <param name="State">The operating state that holds there.</param>
internal readonly record struct StageTime(long Ticks, long Counted, long MaxGap, int State)
{
    /// <summary>Time counted up to an instant that is not older.</summary>
    public long CountedAt(long at) => Ticks == Windows.Ticks.None ? 0 : Counted + Math.Clamp(at - Ticks, 0, MaxGap);

    public StageTime At(long at) => this with { Ticks = at, Counted = CountedAt(at) };
}
