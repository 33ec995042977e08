namespace Millwright.Plant.Loading;

internal static class MeterReader
{
    private static readonly string[] Media = ["electricity", "compressed-air", "water", "gas", "steam"];

    public static MeterDefinition Read(Section entry, string id, MeterDefinition? inherited)
    {
        MeterDefinition start = inherited ?? new MeterDefinition { Id = id, Metric = "", Medium = "", Unit = "" };
        return start with
        {
            Metric = entry.Required("metric", start.Metric, "Name the metric that the meter reads."),
            Medium = RequiredChoice(entry, "medium", start.Medium, Media),
            Unit = entry.Required("unit", start.Unit, "The unit of the counted quantity, e.g. kWh or m3."),
            IsCounter = entry.Flag("counter", start.IsCounter),
            Scale = entry.Number("scale", start.Scale, 1e-12, 1e12)!.Value,
            MaxGap = entry.Duration("maxGap", start.MaxGap, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))!.Value,
            IdleBenchmark = entry.Number("idleBenchmark", start.IdleBenchmark, 0),
            BenchmarkOrigin = entry.Text("benchmarkOrigin", start.BenchmarkOrigin),
            IdleAfter = entry.Duration("idleAfter", start.IdleAfter, TimeSpan.Zero, TimeSpan.FromDays(7))!.Value,
            Price = entry.Number("price", start.Price, 0, 1e9)!.Value,
            Currency = entry.Text("currency", start.Currency, 8),
            Co2 = entry.Number("co2", start.Co2, 0, 1e9)!.Value,
        };
    }

    public static string RequiredChoice(Section entry, string key, string start, IReadOnlyCollection<string> choices)
    {
        if (start.Length == 0 && entry.Find(key) is null)
        {
            entry.Fault("plant.key.missing", key, $"'{key}' is missing.", Suggestion.Choices(choices));
            return start;
        }

        return entry.Choice(key, start, choices);
    }
}
