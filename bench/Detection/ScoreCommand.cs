using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Millwright.Bench.Detection.Nab;
using Millwright.Bench.Detection.Skab;
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
            command.skab, command.nab, command.json, command.verdicts,
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
            SkabReport? skabReport = parsed.GetValue(skab) is { } skabFolder ? SkabReport.Run(skabFolder.FullName) : null;
            NabReport? nabReport = parsed.GetValue(nab) is { } nabFolder ? NabReport.Run(nabFolder.FullName) : null;
            Print(skabReport);
            Print(nabReport);
            (long samples, TimeSpan elapsed) = UnconfiguredTwin.Work;
            double perSecond = elapsed > TimeSpan.Zero ? samples / elapsed.TotalSeconds : 0;
            Line($"{samples} samples through {nameof(UnconfiguredTwin)}, {perSecond:F0} samples/s on one core");
            if (parsed.GetValue(json) is { } file)
            {
                file.Directory?.Create();
                var report = new { skab = skabReport, nab = nabReport, samplesPerSecondPerCore = perSecond };
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

    private void Print(SkabReport? report)
    {
        if (report is null)
        {
            return;
        }

        Line($"{"SKAB, points",-26}{"F1",8}{"FAR %",8}{"MAR %",8}");
        Line($"{"Millwright, unconfigured",-26}{report.F1,8:F3}{report.Far,8:F2}{report.Mar,8:F2}");
        foreach ((string name, double f1, double far, double mar) in Published.SkabPoints)
        {
            Line($"  {name,-24}{f1,8:F2}{far,8:F2}{mar,8:F2}");
        }

        Line($"{"SKAB, change points",-26}{"standard",10}{"low FP",8}{"low FN",8}{"false",7}");
        ChangePointScore changes = report.Changepoints;
        Line($"{"Millwright, unconfigured",-26}{changes.Standard,10:F2}{changes.LowFp,8:F2}{changes.LowFn,8:F2}{changes.False,7}");
        foreach ((string name, double standard, double lowFp, double lowFn, int falseOnes) in Published.SkabChangePoints)
        {
            Line($"  {name,-24}{standard,10:F2}{lowFp,8:F2}{lowFn,8:F2}{falseOnes,7}");
        }

        Line($"fault-free run: FAR {report.FaultFreeFar:F2} %; shift test: F1 moves by at most {report.Shift.LargestChange:F3}");
    }

    private void Print(NabReport? report)
    {
        if (report is null)
        {
            return;
        }

        Line($"{"NAB",-26}{"standard",10}{"low FP",8}{"low FN",8}");
        Line($"{"Millwright, unconfigured",-26}{report.Standard,10:F1}{report.LowFp,8:F1}{report.LowFn,8:F1}");
        IReadOnlyDictionary<string, double> alerted = report.AsAlerted;
        Line($"{"  as it alerts",-26}{alerted["standard"],10:F1}{alerted["lowFp"],8:F1}{alerted["lowFn"],8:F1}");
        foreach ((string name, double standard, double lowFp, double lowFn) in Published.Nab)
        {
            Line($"  {name,-24}{standard,10:F1}{lowFp,8:F1}{lowFn,8:F1}");
        }
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
