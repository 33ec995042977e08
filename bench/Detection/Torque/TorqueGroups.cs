namespace Millwright.Bench.Detection.Torque;

/// <summary>ROC areas of groups of records.</summary>
/// <param name="Below">Groups whose area is below 0.90.</param>
internal sealed record TorqueGroups(double Mean, double Least, int Below, IReadOnlyDictionary<string, double> Areas)
{
    private const double Goal = 0.90;

    public static TorqueGroups Of(SortedDictionary<string, double> areas) => new(
        areas.Count == 0 ? double.NaN : areas.Values.Average(),
        areas.Count == 0 ? double.NaN : areas.Values.Min(),
        areas.Values.Count(a => a < Goal),
        areas);
}
