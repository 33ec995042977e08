using System.CommandLine;
using System.Globalization;
using Millwright.Cli.Drill.Target;
using Millwright.Cli.Output;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Simulation.Publishing;

namespace Millwright.Cli.Drill;

/// <summary><c>millwright drill</c>: kills a silo under load, again and again, and counts what was lost and what happened twice.</summary>
internal sealed class DrillCommand(ToolContext context)
{
    private readonly Option<int> kills = new("--kills") { Description = "SIGKILLs.", DefaultValueFactory = _ => 10 };
    private readonly Option<FileInfo?> json = new("--json") { Description = "Write the report to this file as one JSON object." };
    private readonly Option<FileInfo?> history = new("--history") { Description = "Append the report to this file as one line of JSON." };
    private readonly Option<double> rate = new("--rate") { Description = "Samples per second.", DefaultValueFactory = _ => 20_000 };
    private readonly Option<int> assets = new("--assets") { Description = "1 to 10,000.", DefaultValueFactory = _ => 1_000 };
    private readonly Option<ulong?> seed = new("--seed") { Description = "Of values and kill times; default: the clock's." };
    private readonly Option<DirectoryInfo?> data = new("--data-dir")
    {
        Description = "Data directory of the silo, kept afterwards; default a temporary one.",
    };

    private readonly Option<double> minGap = new("--min-gap")
    {
        Description = "Fewest seconds from a start of the silo to the next kill.",
        DefaultValueFactory = _ => 0.3,
    };

    private readonly Option<double> maxGap = new("--max-gap")
    {
        Description = "Most seconds from a start of the silo to the next kill; kills fall evenly between, in start-up and recovery too.",
        DefaultValueFactory = _ => 12,
    };

    private readonly Option<string?> url = new("--url") { Description = "HTTP address of a running deployment, instead of an own silo." };
    private readonly Option<string?> broker = new("--broker") { Description = "Its MQTT address; needed with --url." };
    private readonly Option<string?> restart = new("--restart-command")
    {
        Description = "Shell command that kills and restarts the deployment's silo. Without it the deployment is only checked.",
    };

    public static Command Create(ToolContext context)
    {
        var handler = new DrillCommand(context);
        var command = new Command("drill", "Kills a silo under load and counts what was lost and what happened twice.");
        Option[] options =
        [
            handler.kills, handler.json, handler.history, handler.rate, handler.assets, handler.seed, handler.data, handler.minGap,
            handler.maxGap, handler.url, handler.broker, handler.restart,
        ];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(handler.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (Options(parsed) is not { } options || Target(parsed, options) is not { } target)
        {
            return ExitCode.Usage;
        }

        await using (target)
        {
            options = target.CanKill ? options : options with { Kills = 0, Calm = options.Calm * 5 };
            context.Error.WriteLine(
                $"drill: {options.Kills} kills, {options.Rate} samples/s of {options.Assets} assets, seed {options.Seed}");
            try
            {
                DrillReport report = await new DrillRun(options, target, context.Time, context.Error.WriteLine).RunAsync(cancellationToken);
                Write(parsed, report);
                if (!report.Passed)
                {
                    target.KeepData(context.Error);
                }

                return report.Passed ? ExitCode.Success : ExitCode.DrillFailed;
            }
            catch (DrillException fault)
            {
                context.Error.WriteLine(fault.Message);
                target.KeepData(context.Error);
                return ExitCode.BrokerUnavailable;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                context.Error.WriteLine("Stopped before the load began: there is nothing to report.");
                return ExitCode.Success;
            }
        }
    }

    private DrillOptions? Options(ParseResult parsed)
    {
        var options = new DrillOptions
        {
            Kills = parsed.GetValue(kills),
            Rate = parsed.GetValue(rate),
            Assets = parsed.GetValue(assets),
            Seed = parsed.GetValue(seed) ?? (ulong)context.Time.GetUtcNow().ToUnixTimeSeconds(),
            Gap = (TimeSpan.FromSeconds(parsed.GetValue(minGap)), TimeSpan.FromSeconds(parsed.GetValue(maxGap))),
        };
        string? fault = options switch
        {
            { Kills: < 0 } => "--kills must not be negative.",
            { Assets: < 1 or > 10_000 } => "--assets must be 1 to 10,000.",
            _ when !(options.Rate > 0) || Canary.CanaryPlan.Metrics.Length * 1000.0 * options.Assets / options.Rate < 2
                => "--rate must be above 0 and at most 2,000 per asset: two messages of one asset need two milliseconds.",
            _ when options.Gap.Min < TimeSpan.Zero || options.Gap.Max < options.Gap.Min => "--max-gap must not be below --min-gap.",
            _ => null,
        };
        if (fault is not null)
        {
            context.Error.WriteLine(fault);
            return null;
        }

        return options;
    }

    private IDrillTarget? Target(ParseResult parsed, DrillOptions options)
    {
        if (parsed.GetValue(url) is not { } address)
        {
            return new OwnSilo(parsed.GetValue(data)?.FullName, []);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? api) || parsed.GetValue(broker) is not { } mqtt)
        {
            context.Error.WriteLine("--url must be an absolute address, and --broker belongs to it.");
            return null;
        }

        if (!BrokerAddress.TryParse(mqtt, "millwright-drill", out MqttClientOptions client, out string fault))
        {
            context.Error.WriteLine(fault);
            return null;
        }

        // A name of this run: the seed alone would meet the state that the same seed left behind.
        string run = string.Create(CultureInfo.InvariantCulture, $"drill-{context.Time.GetUtcNow().ToUnixTimeSeconds()}");
        return new Deployment(api, client, run, parsed.GetValue(restart));
    }

    private void Write(ParseResult parsed, DrillReport report)
    {
        context.Output.WriteLine(JsonLine.Pretty(report));
        if (parsed.GetValue(json) is { } file)
        {
            file.Directory?.Create();
            File.WriteAllText(file.FullName, JsonLine.Pretty(report));
        }

        if (parsed.GetValue(history) is { } log)
        {
            log.Directory?.Create();
            File.AppendAllText(log.FullName, JsonLine.Of(report) + "\n");
        }
    }
}
