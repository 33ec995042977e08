using System.Globalization;
using System.IO.Compression;
using Millwright.Core.Prognosis;

namespace Millwright.Cli.Train;

/// <summary>Reads runs to failure from files of any layout with a row per line, its columns named in the file or by the caller.</summary>
internal sealed class FleetReader(string age, string? unit, string[] settings, string[] metrics)
{
    private static readonly char[] Separators = [';', '\t', ','];

    /// <summary>Units in the order in which they first appear: the model depends on it.</summary>
    private readonly List<string> order = [];
    private readonly Dictionary<string, (List<double> Ages, List<double> Values)> units = new(StringComparer.Ordinal);
    private FleetLayout? layout;
    private long valueCount;

    /// <summary>Names of the columns of files without a header; empty: the first line has them.</summary>
    public string[] Columns { get; init; } = [];

    /// <summary>Without metrics from the caller: those of the first file, in its order, for all files.</summary>
    public FleetLayout Layout => layout ?? LayoutOf([]);

    public IReadOnlyList<FleetHistory> ToFleet() =>
        [.. order.Select(name => new FleetHistory { Unit = name, Ages = [.. units[name].Ages], Values = [.. units[name].Values] })];

    /// <exception cref="FormatException">A line or column cannot be understood; the message names file and line.</exception>
    public void Read(FileInfo file)
    {
        using StreamReader reader = new(file.Extension == ".gz"
            ? new GZipStream(file.OpenRead(), CompressionMode.Decompress)
            : file.OpenRead());
        int line = 0;
        int[]? places = Columns.Length > 0 ? Places(Columns, file) : null;
        while (reader.ReadLine() is { } text)
        {
            line++;
            string[] cells = Split(text);
            if (cells.Length == 0)
            {
                continue;
            }

            if (places is null)
            {
                places = Places(cells, file);
            }
            else
            {
                Add(file, line, cells, places);
            }
        }
    }

    private FleetLayout LayoutOf(string[] header) => new()
    {
        Age = age,
        Settings = [.. settings],
        Metrics = [.. metrics.Length > 0 ? metrics : header.Where(name => name != age && name != unit && !settings.Contains(name))],
    };

    private static string[] Split(string line)
    {
        foreach (char separator in Separators)
        {
            if (line.Contains(separator, StringComparison.Ordinal))
            {
                return line.Split(separator, StringSplitOptions.TrimEntries);
            }
        }

        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>The places of unit (-1: none), age, settings and metrics in a line.</summary>
    private int[] Places(string[] header, FileInfo file)
    {
        // By name and not by place: files of one fleet may order their columns differently, or have some that others lack.
        layout ??= LayoutOf(header);
        string[] wanted = [age, .. layout.Settings, .. layout.Metrics];
        string[] twice = [.. wanted.Append(unit ?? age).Distinct().Where(name => header.Count(column => column == name) > 1)];
        if (twice.Length > 0)
        {
            throw new FormatException($"{file.Name} has column {string.Join(", ", twice)} twice.");
        }

        string[] missing = [.. wanted.Append(unit ?? age).Where(name => !header.Contains(name, StringComparer.Ordinal)).Distinct()];
        return missing.Length > 0
            ? throw new FormatException($"{file.Name} has no column {string.Join(", ", missing)}; it has {string.Join(", ", header)}.")
            : [unit is null ? -1 : Array.IndexOf(header, unit), .. wanted.Select(name => Array.IndexOf(header, name))];
    }

    private void Add(FileInfo file, int line, string[] cells, int[] places)
    {
        if (places.Max() >= cells.Length)
        {
            throw new FormatException($"{file.Name}, line {line}: {cells.Length} cells are too few.");
        }

        // Files may count their units from 1 each, and those of different folders may have one name.
        string name = places[0] < 0 ? file.FullName : $"{file.FullName}/{cells[places[0]]}";
        if (!units.TryGetValue(name, out (List<double> Ages, List<double> Values) rows))
        {
            order.Add(name);
            rows = units[name] = ([], []);
        }

        rows.Ages.Add(Number(file, line, cells[places[1]]));
        foreach (int place in places.AsSpan(2))
        {
            rows.Values.Add(Number(file, line, cells[place]));
        }

        valueCount += places.Length;
        if (valueCount > FleetModel.MostValues)
        {
            throw new FormatException($"More than {FleetModel.MostValues} values: name fewer --metrics, or fewer files.");
        }
    }

    private static double Number(FileInfo file, int line, string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new FormatException($"{file.Name}, line {line}: '{cell}' is no number.");
}
