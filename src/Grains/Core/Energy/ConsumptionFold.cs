using System.Collections.Immutable;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>Running totals of meters, by operating state.</summary>
public static class ConsumptionFold
{
    /// <summary>
    /// Adds the interval to its meter's totals; null when the meter already has an interval that reaches as far, because a repetition
    /// changes nothing.
    /// Meters stay ordered by asset and id, so that the same intervals give the same list.
    /// </summary>
    public static ImmutableArray<AssetConsumption>? Add(ImmutableArray<AssetConsumption> totals, ConsumptionInterval interval)
    {
        int index = totals.BinarySearch(Empty(interval), Order);
        if (index < 0)
        {
            return totals.Insert(~index, Sum(Empty(interval), interval));
        }

        return interval.End <= totals[index].To ? null : totals.SetItem(index, Sum(totals[index], interval));
    }

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
        foreach (StateConsumption part in interval.States)
        {
            added += part.Quantity;
            int index = states.FindIndex(s => s.OperatingState == part.OperatingState);
            if (index < 0)
            {
                states.Add(part);
                continue;
            }

            StateConsumption before = states[index];
            states[index] = before with { Quantity = before.Quantity + part.Quantity, Duration = before.Duration + part.Duration };
        }

        return total with { To = interval.End, States = states.ToImmutable(), Total = total.Total + added };
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
