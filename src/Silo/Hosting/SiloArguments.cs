namespace Millwright.Silo.Hosting;

/// <summary>The command line: short switches for the keys a newcomer needs; every other key as <c>--Section:Key=value</c>.</summary>
public static class SiloArguments
{
    public const int UsageExitCode = 2;
    public const int FaultyPlantExitCode = 3;
    public const int FaultyStorageExitCode = 4;

    public static Dictionary<string, string> Mappings { get; } = new(StringComparer.Ordinal)
    {
        ["--plant"] = "Silo:PlantDirectory",
        ["--data"] = "Silo:DataDirectory",
        ["--detectors"] = "Silo:DetectorDirectory",
        ["--http"] = "Silo:HttpPort",
        ["--seed"] = "Silo:Seed",
        ["--mqtt"] = "Mqtt:Port",
        ["--announce-twins"] = "Silo:AnnounceTwins",
        ["--broker"] = "Broker:Address",
    };

    /// <summary>A line for the operator when the arguments are not understood; null when they are.</summary>
    public static string? Refuse(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i].Split('=')[0];
            if (name == "--demo" || name.Contains(':', StringComparison.Ordinal))
            {
                continue;
            }

            if (!Mappings.ContainsKey(name))
            {
                return $"'{args[i]}' is not understood. " +
                    $"Usage: Silo [--demo] {string.Join(' ', Mappings.Keys.Select(k => $"[{k} VALUE]"))} [--Section:Key=VALUE …]";
            }

            if (!args[i].Contains('=', StringComparison.Ordinal) && ++i == args.Length)
            {
                return $"'{name}' needs a value.";
            }
        }

        return null;
    }

    /// <summary>The demo is a switch without a value, and keeps its data apart from a plant's.</summary>
    public static string[] Expand(string[] args) => args.Contains("--demo")
        ? [.. new[] { "--Silo:Demo=true", "--Silo:DataDirectory=data/demo" }, .. args.Where(a => a != "--demo")]
        : args;

    /// <summary>The dashboard lies beside the program, wherever it is started from.</summary>
    public static WebApplicationOptions WebOptions() => new() { ContentRootPath = AppContext.BaseDirectory };
}
