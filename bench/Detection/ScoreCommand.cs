using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Millwright.Bench.Detection.Nab;
using Millwright.Bench.Detection.Prognosis;
using Millwright.Bench.Detection.Skab;
using Millwright.Bench.Detection.Torque;
using Millwright.Bench.Detection.Twins;

namespace Millwright.Bench.Detection;

/// <summary>Exit codes: 0 scored, 1 a folder cannot be read, 2 usage.</summary>
internal sealed class ScoreCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Option<DirectoryInfo?> skab = new("--skab") { Description = "Folder of SKAB's layout: any CSV files below it." };
    private readonly Option<DirectoryInfo?> nab = new("--nab") { Description = "Folder of NAB's layout: data/ and combined_windows.json." };
    private readonly Option<DirectoryInfo?> cmapss = new("--cmapss") { Description = "Folder with train_FD001.txt.gz …: remaining life." };
    private readonly Option<DirectoryInfo?> bearings = new("--bearings") { Description = "Folder with a CSV per bearing: wear." };
    private readonly Option<DirectoryInfo?> torque = new("--torque") { Description = "Folder with records of loosened screws: curves." };
    private readonly Option<FileInfo?> json = new("--json") { Description = "Write the report to this file." };
    private readonly Option<DirectoryInfo?> verdicts = new("--verdicts")
    {
        Description = "Write score and alert of each row to a CSV per recording in this folder, for other scorers.",
    };
    private readonly TextWriter output;

    private ScoreCommand(TextWriter output) => this.output = output;

    public static int Run(string[] args, TextWriter output)
    {
        var command = new ScoreCommand(output);
        var root = new RootCommand("Scores the detectors that an asset gets by default, on public recordings by their own protocols.")
        {
            command.skab, command.nab, command.cmapss, command.bearings, command.torque, command.json, command.verdicts,
        };
        root.SetAction(command.Score);
        ParseResult parsed = root.Parse(args);
        int code = parsed.Invoke();
        return parsed.Errors.Count > 0 ? 2 : code;
    }

    private int Score(ParseResult parsed)
    {
        try
        {
            UnconfiguredTwin.VerdictFolder = parsed.GetValue(verdicts)?.FullName;
            ScoreReport report = new()
            {
                Skab = Of(parsed, skab, SkabReport.Run),
                Nab = Of(parsed, nab, NabReport.Run),
                Cmapss = Of(parsed, cmapss, folder => CmapssScore.Run(folder)),
                Bearings = Of(parsed, bearings, BearingScore.Run),
                Torque = Of(parsed, torque, TorqueScore.Run),
            };
            report = report with { SamplesPerSecondPerCore = UnconfiguredTwin.SamplesPerSecond };
            new ScoreTable(output).Print(report);
            if (parsed.GetValue(json) is { } file)
            {
                file.Directory?.Create();
                File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Json));
            }

            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            output.WriteLine($"A recording cannot be read: {e.Message}");
            return 1;
        }
    }

    private static T? Of<T>(ParseResult parsed, Option<DirectoryInfo?> option, Func<string, T?> run)
        where T : class => parsed.GetValue(option) is { } folder ? run(folder.FullName) : null;
}
