using System.Collections.Immutable;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>The energy book of a line.</summary>
/// <param name="Open">Open idle stretch per asset and meter (<c>asset|meter</c>).</param>
/// <param name="Held">
/// Per asset and meter, in the order of their coming: intervals of which a twin that loses its newest state would not know what it said.
/// </param>
public sealed record EnergyBook(
    EnergyState State,
    ImmutableSortedDictionary<string, IdleStretch> Open,
    ImmutableSortedDictionary<string, ImmutableArray<HeldInterval>> Held)
{
    /// <summary>
    /// Most intervals held for one meter; nearly always it is one or two. A twin's checkpoints are seconds apart, and late samples of four
    /// hours in between are not to be expected.
    /// </summary>
    public const int MaxHeld = 256;

    /// <summary>What this meter's totals hold of the interval, if that is still known.</summary>
    internal HeldInterval? Find(string key, ConsumptionInterval interval) =>
        Held.GetValueOrDefault(key, []).FirstOrDefault(h => h.Start == interval.Start);

    /// <summary>Remembers what it has put in, and lets go what its twin can no longer forget.</summary>
    internal EnergyBook Hold(string key, ConsumptionInterval interval)
    {
        ImmutableArray<HeldInterval> held =
        [
            .. Held.GetValueOrDefault(key, []).Where(h => h.Start != interval.Start && !IsRecorded(h, interval)),
            new HeldInterval(interval.Start, interval.Sequence, interval.States),
        ];
        return this with { Held = Held.SetItem(key, held.Length <= MaxHeld ? held : held.RemoveAt(0)) };
    }

    /// <summary>What was issued before a loss counts as unknown to the twin until it is said again.</summary>
    private static bool IsRecorded(HeldInterval held, ConsumptionInterval newer) =>
        held.Sequence <= newer.Recorded
        && held.Sequence >> ConsumptionInterval.LifeBits == newer.Sequence >> ConsumptionInterval.LifeBits;
}
