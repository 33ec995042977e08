using System.Collections.Immutable;

namespace Millwright.Core.Prognosis;

/// <summary>
/// A fleet that wears: two regimes of load, three metrics that follow wear and load, one that is noise. Whole arithmetic only, so that the
/// same numbers come out everywhere.
/// </summary>
internal static class SyntheticFleet
{
    public static FleetLayout Layout { get; } = new() { Age = "hours", Settings = ["load"], Metrics = ["a", "b", "c", "noise"] };

    public static ImmutableArray<FleetHistory> Units(int count, uint seed) =>
        [.. Enumerable.Range(0, count).Select(i => Unit($"unit-{i}", seed + ((uint)i * 7_919)))];

    private static FleetHistory Unit(string name, uint seed)
    {
        uint state = seed;
        double Next()
        {
            unchecked
            {
                state = (state * 1_664_525) + 1_013_904_223;
            }

            return (state >> 8) / 16_777_216.0;
        }

        int life = 80 + (int)(Next() * 120);
        double start = Next() * 2;
        List<double> values = [];
        for (int row = 0; row < life; row++)
        {
            double load = Next() < 0.5 ? 1 : 2;
            double worn = (double)row / life;
            double wear = start + (10 * worn * worn * worn);
            values.AddRange(
            [
                load + (0.01 * Next()), (load * 50) + wear + Next(), (load * 20) - wear + Next(), (2 * wear) + (2 * Next()), Next(),
            ]);
        }

        return new FleetHistory { Unit = name, Ages = [.. Enumerable.Range(1, life).Select(row => (double)row)], Values = [.. values] };
    }
}
