using System.Collections.Immutable;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>Running totals of meters, by operating state.</summary>
public static class ConsumptionFold
{
    /// <summary>
    /// Adds the interval to its meter's totals, and takes out what it replaces; null for a repetition, which changes nothing: it reaches no
    /// further than what is there, and its sequence does not either.
    /// Meters stay ordered by asset and id, so that the same intervals give the same list.
    /// </summary>
    public static ImmutableArray<AssetConsumption>? Add(ImmutableArray<AssetConsumption> totals, ConsumptionInterval interval)
    {
        int index = totals.BinarySearch(Empty(interval), Order);
        if (index < 0)
        {
            return totals.Insert(~index, Sum(Empty(interval), interval));
        }

        AssetConsumption total = totals[index];
        return interval.End <= total.To && interval.Sequence <= total.Sequence ? null : totals.SetItem(index, Sum(total, interval));
    }

    /// <summary>It reaches further than all that its meter's totals hold.</summary>
    public static bool IsNewest(ImmutableArray<AssetConsumption> totals, ConsumptionInterval interval) =>
        totals.BinarySearch(Empty(interval), Order) is var index && (index < 0 || interval.End > totals[index].To);

    private static readonly Comparer<AssetConsumption> Order = Comparer<AssetConsumption>.Create((a, b) =>
        string.CompareOrdinal(a.AssetId, b.AssetId) is var order and not 0 ? order : string.CompareOrdinal(a.Meter, b.Meter));

    private static AssetConsumption Empty(ConsumptionInterval interval) => new()
    {
        AssetId = interval.AssetId,
        Meter = interval.Meter,
        Medium = interval.Medium,
        Unit = interval.Unit,
        From = interval.Start,
        To = interval.Start,
        States = [],
        Total = 0,
    };

    private static AssetConsumption Sum(AssetConsumption total, ConsumptionInterval interval)
    {
        var states = total.States.ToBuilder();
        double added = 0;
        foreach (StateConsumption part in interval.Replaced.IsDefault ? [] : interval.Replaced)
        {
            added -= part.Quantity;
            Add(part with { Quantity = -part.Quantity, Duration = -part.Duration });
        }

        foreach (StateConsumption part in interval.States)
        {
            added += part.Quantity;
            Add(part);
        }

        // A state of no time that only rounding has left in was in none of the intervals that stand.
        states.RemoveAll(s => s.Duration == TimeSpan.Zero && Math.Abs(s.Quantity) <= Math.Abs(total.Total) * 1e-12);
        return total with
        {
            From = interval.Start < total.From ? interval.Start : total.From,
            To = interval.End > total.To ? interval.End : total.To,
            States = states.ToImmutable(),
            Total = total.Total + added,
            Sequence = Math.Max(total.Sequence, interval.Sequence),
        };

        void Add(StateConsumption part)
        {
            int index = states.FindIndex(s => s.OperatingState == part.OperatingState);
            if (index < 0)
            {
                states.Add(part);
                return;
            }

            StateConsumption before = states[index];
            states[index] = before with { Quantity = before.Quantity + part.Quantity, Duration = before.Duration + part.Duration };
        }
    }

    private static int FindIndex(this ImmutableArray<StateConsumption>.Builder states, Predicate<StateConsumption> match)
    {
        for (int i = 0; i < states.Count; i++)
        {
            if (match(states[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
