using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>What a row of a fleet's history holds, by name.</summary>
public sealed record FleetLayout
{
    public const int MaxNames = 256;

    /// <summary>What the asset's age is counted in, e.g. cycles or running hours. Remaining life is told in the same unit.</summary>
    public required string Age { get; init; }

    /// <summary>Metrics that say what is asked of the asset, e.g. speed and load. May be none.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>Metrics that say how it fares.</summary>
    public required ImmutableArray<string> Metrics { get; init; }

    /// <summary>Settings and metrics in the order of a row.</summary>
    public int Width => Settings.Length + Metrics.Length;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault()
    {
        string[] names = [Age, .. Settings, .. Metrics];
        return Metrics.Length == 0 ? "it names no metric"
            : names.Length > MaxNames ? $"it names more than {MaxNames} columns"
            : names.Any(string.IsNullOrEmpty) ? "a name is empty"
            : names.Distinct(StringComparer.Ordinal).Count() < names.Length ? "a name stands twice"
            : null;
    }

    internal void Save(StateWriter writer)
    {
        writer.Text(Age);
        Save(writer, Settings);
        Save(writer, Metrics);
    }

    internal static FleetLayout Restore(StateReader reader)
    {
        FleetLayout layout = new() { Age = reader.Text() ?? "", Settings = Names(reader), Metrics = Names(reader) };
        return layout.Fault() is { } fault ? throw new StateFormatException($"The layout of a fleet model: {fault}.") : layout;
    }

    private static void Save(StateWriter writer, ImmutableArray<string> names)
    {
        writer.Int32(names.Length);
        foreach (string name in names)
        {
            writer.Text(name);
        }
    }

    private static ImmutableArray<string> Names(StateReader reader)
    {
        string[] names = new string[reader.Count(4)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = reader.Text() ?? "";
        }

        return [.. names];
    }
}
