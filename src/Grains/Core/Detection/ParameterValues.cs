namespace Millwright.Core.Detection;

/// <summary>The parameters somebody set, completed by the defaults.</summary>
internal readonly struct ParameterValues(IReadOnlyDictionary<string, double> given)
{
    public double? Optional(DetectorParameter parameter) =>
        given.TryGetValue(parameter.Name, out double value) ? value : parameter.Default;

    public double Number(DetectorParameter parameter)
    {
        double? value = Optional(parameter);
        Invariant.Holds(value is not null);
        return value.Value;
    }

    public int Count(DetectorParameter parameter) => (int)Number(parameter);

    public TimeSpan Duration(DetectorParameter parameter) => TimeSpan.FromSeconds(Number(parameter));
}
