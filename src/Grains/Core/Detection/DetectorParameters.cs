using System.Globalization;

namespace Millwright.Core.Detection;

/// <summary>Checks the parameters of a plant model before a detector is made of them.</summary>
public static class DetectorParameters
{
    /// <summary>All faults at once, in a stable order; empty when a detector can be made. The caller adds file and path.</summary>
    public static IReadOnlyList<string> Validate(string kind, IReadOnlyDictionary<string, double> parameters)
    {
        return DetectorKinds.Find(kind) is { } entry
            ? Validate(entry, parameters)
            : [$"kind '{kind}' is unknown; known are {string.Join(", ", DetectorKinds.All.Select(known => known.Name))}"];
    }

    /// <summary>As above, for a kind of any catalogue.</summary>
    public static IReadOnlyList<string> Validate(DetectorKind entry, IReadOnlyDictionary<string, double> parameters)
    {
        List<string> faults = [];
        foreach ((string name, double value) in parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            DetectorParameter? parameter = entry.Parameters.FirstOrDefault(candidate => candidate.Name == name);
            if (parameter is null)
            {
                string known = string.Join(", ", entry.Parameters.Select(candidate => candidate.Name));
                faults.Add($"parameter '{name}' is unknown to kind '{entry.Name}'; known are {known}");
            }
            else if (!double.IsFinite(value) || value < parameter.Minimum || value > parameter.Maximum)
            {
                faults.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"parameter '{name}' is {value}, but must be from {parameter.Minimum} to {parameter.Maximum}{Spaced(parameter.Unit)}"));
            }
            else if (parameter.IsWhole && value != Math.Floor(value))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"parameter '{name}' is {value}, but must be a whole number"));
            }
        }

        // Relations between values that are already wrong would only repeat the fault in other words.
        if (faults.Count == 0)
        {
            faults.AddRange(entry.Relations(new ParameterValues(parameters)));
        }

        return faults;
    }

    internal static ParameterValues Require(string kind, IReadOnlyDictionary<string, double> parameters)
    {
        IReadOnlyList<string> faults = Validate(kind, parameters);
        return faults.Count == 0
            ? new ParameterValues(parameters)
            : throw new ArgumentException($"Detector kind '{kind}': {string.Join("; ", faults)}.", nameof(parameters));
    }

    private static string Spaced(string unit) => unit.Length == 0 || unit == "metric" ? "" : " " + unit;
}
