using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Millwright.Cli.Output;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Simulation;
using Millwright.Simulation.Publishing;

namespace Millwright.Cli.Simulate;

/// <summary><c>millwright simulate</c>: the demo plant against any broker.</summary>
internal sealed class SimulateCommand(ToolContext context)
{
    private readonly CommonOptions common = new();

    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "Same seed and start: the same bytes.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> duration = new("--duration")
    {
        Description = "Simulated seconds; 0 runs until Ctrl-C.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<double> speed = new("--speed")
    {
        Description = "Simulated seconds per second. Above 1 the plant starts in the past, --duration (or an hour) ago, "
            + "and never overtakes the clock.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> start = new("--start") { Description = "Event time of the first message (ISO 8601), instead of now." };

    private readonly Option<FileInfo?> truth = new("--truth")
    {
        Description = "Write the faults with asset, kind, start, end and metrics to this file.",
    };

    private readonly Option<bool> healthy = new("--healthy") { Description = "Without any fault." };

    public static Command Create(ToolContext context)
    {
        var handler = new SimulateCommand(context);
        var command = new Command("simulate", "Plays the demo plant: machines, units, and faults that develop.");
        handler.common.AddTo(command);
        Option[] options = [handler.seed, handler.duration, handler.speed, handler.start, handler.truth, handler.healthy];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(handler.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string clientId = $"millwright-simulate-{Environment.ProcessId}";
        if (common.Address(parsed, clientId, context.Error) is not { } address || !TryStart(parsed, out DateTimeOffset first))
        {
            return ExitCode.Usage;
        }

        var simulation = new PlantSimulation(new SimulationOptions
        {
            Seed = parsed.GetValue(seed),
            Start = first,
            Faults = parsed.GetValue(healthy) ? [] : null,
        });
        WriteTruth(parsed, simulation);
        try
        {
            return await PublishAsync(parsed, simulation, address, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            context.Error.WriteLine($"The broker {parsed.GetValue(common.Broker)} cannot be used: {e.Message}");
            return ExitCode.BrokerUnavailable;
        }
    }

    private async Task<int> PublishAsync(ParseResult parsed, PlantSimulation simulation, MqttClientOptions address,
        CancellationToken cancellationToken)
    {
        double seconds = parsed.GetValue(duration);
        bool isJson = parsed.GetValue(common.Json);
        DateTimeOffset begin = simulation.Now;
        await using MqttTelemetryPublisher publisher = await MqttTelemetryPublisher.ConnectAsync(address, context.Time, cancellationToken);
        Task<SimulatorProgress> Run(Action<double, double?, string> report) => new SimulatorRunner(simulation, publisher, context.Time)
        {
            Qos = parsed.GetValue(common.Qos),
            Speed = parsed.GetValue(speed),
            End = seconds > 0 ? begin.AddSeconds(seconds) : null,
            Progress = p => report((p.EventTime - begin).TotalSeconds, seconds > 0 ? seconds : null,
                $"{p.Messages} messages, {simulation.AssetIds.Count} assets"),
        }.RunAsync(cancellationToken);

        SimulatorProgress result = await ProgressBar.RunAsync(context.Error, isJson, Run);
        context.Output.WriteLine(isJson
            ? JsonLine.Of(new
            {
                result.Messages,
                assets = simulation.AssetIds.Count,
                from = begin,
                to = result.EventTime,
                faults = simulation.Truth.Count(t => t.Start < result.EventTime),
                publisher.Reconnects,
            })
            : string.Create(CultureInfo.InvariantCulture,
                $"{result.Messages} messages of {simulation.AssetIds.Count} assets, {begin:O} to {result.EventTime:O}"));
        return ExitCode.Success;
    }

    private bool TryStart(ParseResult parsed, out DateTimeOffset first)
    {
        first = context.Time.GetUtcNow();
        double factor = parsed.GetValue(speed);
        double seconds = parsed.GetValue(duration);
        if (!(factor > 0) || !(seconds >= 0))
        {
            context.Error.WriteLine("--speed must be above 0 and --duration not below 0.");
            return false;
        }

        if (parsed.GetValue(start) is { } text)
        {
            const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out first))
            {
                context.Error.WriteLine($"--start: '{text}' is no time; write e.g. 2026-03-02T06:00:00Z.");
                return false;
            }
        }
        else if (factor > 1)
        {
            first -= TimeSpan.FromSeconds(seconds > 0 ? seconds : 3600);
        }

        return true;
    }

    private void WriteTruth(ParseResult parsed, PlantSimulation simulation)
    {
        if (parsed.GetValue(truth) is { } file)
        {
            double seconds = parsed.GetValue(duration);
            DateTimeOffset end = seconds > 0 ? simulation.Now.AddSeconds(seconds) : DateTimeOffset.MaxValue;
            File.WriteAllText(file.FullName, JsonLine.Pretty(simulation.Truth.Where(t => t.Start < end)));
        }
    }
}
