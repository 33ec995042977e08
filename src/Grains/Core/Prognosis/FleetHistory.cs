using System.Collections.Immutable;

namespace Millwright.Core.Prognosis;

/// <summary>One unit's run from its first row to its failure, which is at the last row.</summary>
public sealed record FleetHistory
{
    /// <summary>Name of the unit, for faults.</summary>
    public required string Unit { get; init; }

    /// <summary>Age at each row, ascending.</summary>
    public required ImmutableArray<double> Ages { get; init; }

    /// <summary>Row by row the values of <see cref="FleetLayout.Settings"/> and <see cref="FleetLayout.Metrics"/>.</summary>
    public required ImmutableArray<double> Values { get; init; }

    public int Count => Ages.Length;

    public ReadOnlySpan<double> Row(int row, int width) => Values.AsSpan().Slice(row * width, width);

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault(int width)
    {
        if (Ages.Length == 0 || Values.Length != Ages.Length * width)
        {
            return $"unit '{Unit}' has {Ages.Length} rows and {Values.Length} values, not {width} each";
        }

        for (int row = 0; row < Ages.Length; row++)
        {
            if (!double.IsFinite(Ages[row]) || (row > 0 && Ages[row] <= Ages[row - 1]))
            {
                return $"unit '{Unit}' does not grow older at row {row}";
            }

            foreach (double value in Row(row, width))
            {
                if (!(Math.Abs(value) <= WearFeatures.LargestValue))
                {
                    return $"unit '{Unit}' has a value that is no usable number at row {row}";
                }
            }
        }

        return null;
    }
}
