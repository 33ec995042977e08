using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Millwright.Cli.Output;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Recordings;
using Millwright.Recordings.Replay;
using Millwright.Recordings.Sets;
using Millwright.Simulation.Publishing;

namespace Millwright.Cli.Replay;

/// <summary><c>millwright replay</c>: a recording as its plant would have sent it.</summary>
internal sealed class ReplayCommand(ToolContext context)
{
    private readonly CommonOptions common = new();

    private readonly Argument<string?> set = new("set")
    {
        Description = "Name of the recording; see --list.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> list = new("--list") { Description = "List the recordings and whether they are there." };

    private readonly Option<DirectoryInfo> data = new("--data")
    {
        Description = "Folder that holds the recordings' folders.",
        DefaultValueFactory = _ => new DirectoryInfo("../shared/data"),
    };

    private readonly Option<string> speed = new("--speed")
    {
        Description = "Event seconds per second, or max.",
        DefaultValueFactory = _ => "max",
    };

    private readonly Option<string> shift = new("--shift")
    {
        Description = "original keeps the event times. now begins now at --speed 1, and at any other speed ends now, "
            + "since the future would be rejected.",
        DefaultValueFactory = _ => "original",
    };

    private readonly Option<string[]> assets = new("--assets")
    {
        Description = "Names of assets, * for any characters.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<long> limit = new("--limit")
    {
        Description = "Stop after this many messages; 0 for all.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int> inFlight = new("--in-flight")
    {
        Description = "Messages that may wait for their acknowledgement.",
        DefaultValueFactory = _ => 1000,
    };

    private readonly VerifyOptions verify = new();

    private readonly Option<bool> strict = new("--strict") { Description = "Stop at the first malformed row instead of skipping it." };

    public static Command Create(ToolContext context)
    {
        var handler = new ReplayCommand(context);
        handler.shift.AcceptOnlyFromAmong("original", "now");
        var command = new Command("replay", "Plays a recording of a real plant, or a silo's own history to verify it.") { handler.set };
        handler.common.AddTo(command);
        foreach (Option option in new Option[]
        {
            handler.list, handler.data, handler.speed, handler.shift, handler.assets, handler.limit, handler.inFlight, handler.strict,
        })
        {
            command.Options.Add(option);
        }

        handler.verify.AddTo(command);
        command.SetAction(handler.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(verify.Verify))
        {
            return await new ReplayVerify(context).RunAsync(
                verify.Read(parsed, parsed.GetValue(assets) ?? [], parsed.GetValue(common.Json)), cancellationToken);
        }

        if (parsed.GetValue(list))
        {
            return List(parsed);
        }

        if (!TryOptions(parsed, out ReplayOptions options) || Find(parsed) is not { } recording
            || common.Address(parsed, $"millwright-replay-{Environment.ProcessId}", context.Error) is not { } address)
        {
            return ExitCode.Usage;
        }

        try
        {
            var reader = RecordingReader.Open(recording, parsed.GetValue(data)!.FullName, new RecordingOptions
            {
                Assets = parsed.GetValue(assets) ?? [],
                Strict = parsed.GetValue(strict),
            });
            return await PublishAsync(parsed, reader, options, address, cancellationToken);
        }
        catch (RecordingException e)
        {
            context.Error.WriteLine(e.Message);
            return e.Code == "malformed-row" ? ExitCode.MalformedRow : ExitCode.Usage;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            context.Error.WriteLine($"The broker {parsed.GetValue(common.Broker)} cannot be used: {e.Message}");
            return ExitCode.BrokerUnavailable;
        }
    }

    private async Task<int> PublishAsync(
        ParseResult parsed, RecordingReader reader, ReplayOptions options, MqttClientOptions address, CancellationToken cancellationToken)
    {
        bool isJson = parsed.GetValue(common.Json);
        RecordingSpan? span = NeedsSpan(parsed, options) ? Measure(parsed, reader) : null;
        if (parsed.GetValue(shift) == "now" && Shift(reader, parsed, options, span) is { } by)
        {
            options = options with { Shift = by };
        }

        await using MqttTelemetryPublisher publisher = await MqttTelemetryPublisher.ConnectAsync(
            address with { MaxInFlight = Math.Max(address.MaxInFlight, options.InFlight) }, context.Time, cancellationToken);
        long begin = context.Time.GetTimestamp();
        ReplayProgress result = await ProgressBar.RunAsync(context.Error, isJson, report => new Replayer(publisher, context.Time)
        {
            Progress = p =>
            {
                // The bar is redrawn ten times a second; telling it of each of a million messages would cost more than sending them.
                if (p.Messages % 500 == 0 || options.Speed is not null)
                {
                    report(p.Messages, span?.Records, $"{reader.Set.Name} {p.LastEventTime:u}");
                }
            },
        }.RunAsync(reader.Set, Records(parsed, reader), options, cancellationToken));
        Report(reader, result, context.Time.GetElapsedTime(begin), isJson);
        return ExitCode.Success;
    }

    private void Report(RecordingReader reader, ReplayProgress result, TimeSpan elapsed, bool isJson)
    {
        double rate = result.Samples / Math.Max(elapsed.TotalSeconds, 1e-6);
        foreach (RowFault fault in reader.Faults)
        {
            context.Error.WriteLine(fault);
        }

        context.Output.WriteLine(isJson
            ? JsonLine.Of(new
            {
                set = reader.Set.Name,
                result.Messages,
                result.Samples,
                result.Assets,
                skippedRows = reader.SkippedRows,
                from = result.FirstEventTime,
                to = result.LastEventTime,
                seconds = Math.Round(elapsed.TotalSeconds, 3),
                samplesPerSecond = Math.Round(rate),
            })
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{reader.Set.Name}: {result.Messages} messages, {result.Samples} samples of {result.Assets} assets"
                + $" in {elapsed.TotalSeconds:F1} s ({rate:F0} samples/s), {reader.SkippedRows} rows skipped"));
    }

    private IEnumerable<RecordedRecord> Records(ParseResult parsed, RecordingReader reader)
        => parsed.GetValue(limit) is > 0 and var count ? reader.Records().Take((int)Math.Min(count, int.MaxValue)) : reader.Records();

    // Costs a first pass over the files, so only when the answer is shown or needed.
    private bool NeedsSpan(ParseResult parsed, ReplayOptions options)
        => (parsed.GetValue(shift) == "now" && options.Speed != 1) || (!parsed.GetValue(common.Json) && !Console.IsErrorRedirected);

    private RecordingSpan? Measure(ParseResult parsed, RecordingReader reader)
    {
        RecordingSpan? span = null;
        foreach (RecordedRecord record in Records(parsed, reader))
        {
            span = span is null ? new RecordingSpan(1, record.EventTime) : new RecordingSpan(span.Records + 1, record.EventTime);
        }

        return span;
    }

    private TimeSpan? Shift(RecordingReader reader, ParseResult parsed, ReplayOptions options, RecordingSpan? span)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        TimeSpan? by = options.Speed == 1 ? now - Records(parsed, reader).FirstOrDefault()?.EventTime : now - span?.Last;

        // Whole milliseconds, because that is what the payloads carry.
        return by is { } exact ? TimeSpan.FromMilliseconds(Math.Floor(exact.TotalMilliseconds)) : null;
    }

    private int List(ParseResult parsed)
    {
        foreach (RecordingSet recording in RecordingSets.All)
        {
            bool isThere = Directory.Exists(Path.Combine(parsed.GetValue(data)!.FullName, recording.Folder));
            context.Output.WriteLine(parsed.GetValue(common.Json)
                ? JsonLine.Of(new { recording.Name, recording.Description, isThere, assumedStart = recording.AssumedStart })
                : $"{recording.Name,-20} {(isThere ? "here  " : "absent")} {recording.Description}");
        }

        return ExitCode.Success;
    }

    private RecordingSet? Find(ParseResult parsed)
    {
        string? name = parsed.GetValue(set);
        RecordingSet? found = name is null ? null : RecordingSets.Find(name);
        if (found is null)
        {
            string known = string.Join(", ", RecordingSets.All.Select(s => s.Name));
            context.Error.WriteLine(name is null ? $"Name a recording: {known}." : $"There is no recording '{name}'; known are {known}.");
        }

        return found;
    }

    private bool TryOptions(ParseResult parsed, out ReplayOptions options)
    {
        options = new ReplayOptions { Qos = parsed.GetValue(common.Qos), InFlight = parsed.GetValue(inFlight) };
        string text = parsed.GetValue(speed)!;
        double factor = 0;
        if (text != "max" && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out factor) && factor > 0))
        {
            context.Error.WriteLine($"--speed: '{text}' is neither a factor above 0 nor max.");
            return false;
        }

        if (options.InFlight is < 1 or > 65_535)
        {
            context.Error.WriteLine("--in-flight is 1 to 65535.");
            return false;
        }

        options = options with { Speed = text == "max" ? null : factor };
        return true;
    }

    private sealed record RecordingSpan(long Records, DateTimeOffset Last);
}
