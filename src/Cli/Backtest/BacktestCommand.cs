using System.CommandLine;
using System.Text.Json;
using Millwright.Cli.Output;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Api.Detectors;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Storage;

namespace Millwright.Cli.Backtest;

/// <summary><c>millwright backtest</c>: what would this detector have said of the past?</summary>
internal sealed class BacktestCommand(ToolContext context)
{
    private readonly Option<DirectoryInfo?> data = new("--data") { Description = "The data directory of a silo that is stopped." };

    private readonly Option<string?> url = new("--url") { Description = "A running silo, e.g. http://127.0.0.1:8080." };

    private readonly Option<DirectoryInfo> plant = new("--plant")
    {
        Description = "With --data: the plant model that the silo ran with.",
        DefaultValueFactory = _ => new DirectoryInfo("plant"),
    };

    private readonly Option<DirectoryInfo?> detectors = new("--detectors")
    {
        Description = "With --data: the silo's directory of detectors of one's own.",
    };

    private readonly Option<string> asset = new("--asset") { Description = "Asset id, * for any characters.", Required = true };

    private readonly Option<FileInfo> detector = new("--detector")
    {
        Description = "The detector as the plant's files write it, with its id.",
        Required = true,
    };

    private readonly Option<string?> from = new("--from")
    {
        Description = "Report alerts from this instant on; default the beginning, or with --url a year.",
    };

    private readonly Option<string?> to = new("--to") { Description = "Replay up to this instant; default now." };

    private readonly Option<string?> learnFrom = new("--learn-from")
    {
        Description = "Let the detector learn from this instant on; default all that history has.",
    };

    private readonly Option<FileInfo?> json = new("--json") { Description = "Write the reports to this file, as one JSON object." };

    public static Command Create(ToolContext context)
    {
        var handler = new BacktestCommand(context);
        var command = new Command("backtest", "Runs history through a detector that is not there yet.");
        foreach (Option option in new Option[]
        {
            handler.data, handler.url, handler.plant, handler.detectors, handler.asset, handler.detector, handler.from, handler.to,
            handler.learnFrom, handler.json,
        })
        {
            command.Options.Add(option);
        }

        command.SetAction(handler.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (Read(parsed) is not { } plan)
        {
            return ExitCode.Usage;
        }

        try
        {
            await using IBacktestSource? source = Open(parsed);
            return source is null ? ExitCode.Usage : await RunAsync(parsed, source, plan, cancellationToken);
        }
        catch (BacktestException refusal)
        {
            context.Error.WriteLine(refusal.Message);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is HttpRequestException or StoreException or TwinStoreException or JsonException or UriFormatException)
        {
            context.Error.WriteLine($"The history cannot be read: {e.Message}");
            return ExitCode.SourceUnavailable;
        }
    }

    /// <summary>Null when the model of a stopped silo has faults, which have then been said.</summary>
    private IBacktestSource? Open(ParseResult parsed)
    {
        if (parsed.GetValue(url) is { } address)
        {
            return new HttpBacktestSource(new Uri(address.TrimEnd('/') + "/"));
        }

        return SiloModel.Read(parsed.GetValue(plant)!.FullName, parsed.GetValue(detectors)?.FullName, context.Error) is { } catalogue
            ? StoreBacktestSource.Open(parsed.GetValue(data)!.FullName, catalogue, context.Time)
            : null;
    }

    private async Task<int> RunAsync(ParseResult parsed, IBacktestSource source, BacktestPlan plan, CancellationToken cancellationToken)
    {
        List<BacktestReport> reports = [];
        foreach (string id in await source.GetAssetIdsAsync(plan.Asset, cancellationToken))
        {
            BacktestReport report = await source.RunAsync(id, plan, cancellationToken);
            reports.Add(report);
            context.Output.WriteLine(BacktestText.Of(report));
        }

        if (reports.Count == 0)
        {
            context.Error.WriteLine($"No asset '{plan.Asset}' has any history.");
            return ExitCode.Usage;
        }

        if (parsed.GetValue(json) is { } file)
        {
            string text = JsonLine.Pretty(new
            {
                gained = reports.Sum(r => r.Gained),
                lost = reports.Sum(r => r.Lost),
                common = reports.Sum(r => r.Common),
                assets = reports,
            });
            await File.WriteAllTextAsync(file.FullName, text + "\n", cancellationToken);
        }

        return ExitCode.Success;
    }

    /// <summary>Null when the command line makes no sense, which has then been said.</summary>
    private BacktestPlan? Read(ParseResult parsed)
    {
        if ((parsed.GetValue(url) is null) == (parsed.GetValue(data) is null))
        {
            context.Error.WriteLine("Name either --url or --data.");
            return null;
        }

        FileInfo file = parsed.GetValue(detector)!;
        if (!file.Exists || file.Length > DetectorLoader.MaxText)
        {
            context.Error.WriteLine($"--detector: {file.FullName} is not there, or longer than {DetectorLoader.MaxText} bytes.");
            return null;
        }

        DateTimeOffset? end = context.Time.GetUtcNow();
        DateTimeOffset? begin = null;
        DateTimeOffset? learn = null;
        if (!TryInstant(parsed, to, ref end) || !TryInstant(parsed, from, ref begin) || !TryInstant(parsed, learnFrom, ref learn))
        {
            return null;
        }

        // A running silo replays for a bounded span only.
        begin ??= parsed.GetValue(url) is null ? DateTimeOffset.MinValue : end - BacktestApi.MaxSpan;
        if (begin >= end || learn > begin)
        {
            context.Error.WriteLine("--from must be before --to, and --learn-from not after --from.");
            return null;
        }

        return new BacktestPlan(parsed.GetValue(asset)!, file.Name, File.ReadAllText(file.FullName), begin!.Value, end!.Value, learn);
    }

    private bool TryInstant(ParseResult parsed, Option<string?> option, ref DateTimeOffset? instant)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return true;
        }

        if (Instants.TryParse(text, out DateTimeOffset read))
        {
            instant = read;
            return true;
        }

        context.Error.WriteLine($"{option.Name}: '{text}' is no instant. Write 2026-01-01T00:00:00Z, or Unix milliseconds.");
        return false;
    }
}
