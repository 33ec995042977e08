using System.CommandLine;

namespace Millwright.Cli.Replay;

/// <summary>The options of <c>replay --verify</c>.</summary>
internal sealed class VerifyOptions
{
    private readonly Option<string?> url = new("--url") { Description = "With --verify: a running silo, e.g. http://127.0.0.1:8080." };

    private readonly Option<DirectoryInfo?> dataDirectory = new("--data-dir")
    {
        Description = "With --verify: the data directory of a silo that is stopped.",
    };

    private readonly Option<DirectoryInfo> plant = new("--plant")
    {
        Description = "With --verify: the plant model that the silo ran with.",
        DefaultValueFactory = _ => new DirectoryInfo("plant"),
    };

    private readonly Option<DirectoryInfo?> detectors = new("--detectors")
    {
        Description = "With --verify: the silo's directory of detectors of one's own.",
    };

    public Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Run the history of a silo through the same code and compare digests of windows and alerts.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Verify);
        command.Options.Add(url);
        command.Options.Add(dataDirectory);
        command.Options.Add(plant);
        command.Options.Add(detectors);
    }

    /// <param name="assets">Names of assets, * for any characters; empty for all.</param>
    public VerifyRequest Read(ParseResult parsed, IReadOnlyList<string> assets, bool isJson) => new(
        parsed.GetValue(url), parsed.GetValue(dataDirectory)?.FullName, parsed.GetValue(plant)!.FullName,
        parsed.GetValue(detectors)?.FullName, assets, isJson);
}

internal sealed record VerifyRequest(
    string? Url, string? DataDirectory, string PlantDirectory, string? DetectorDirectory, IReadOnlyList<string> Assets, bool IsJson);
