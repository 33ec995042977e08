using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millwright.LoadGenerator;

/// <summary>Exit codes: 0 measured, 1 nobody answers, 2 usage, 3 the asked rate was not sustained.</summary>
internal sealed class LoadCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private readonly Option<string> broker = new("--broker") { Description = "host:port", DefaultValueFactory = _ => "127.0.0.1:1883" };
    private readonly Option<int> assets = new("--assets") { DefaultValueFactory = _ => 500 };
    private readonly Option<int> connections = new("--connections") { DefaultValueFactory = _ => 4 };
    private readonly Option<double> rate = new("--rate")
    {
        Description = "Messages per second, open loop.",
        DefaultValueFactory = _ => 10_000,
    };
    private readonly Option<bool> max = new("--max") { Description = "As fast as acknowledgements come, instead of --rate." };
    private readonly Option<double> search = new("--search")
    {
        Description = "Step the rate up from --rate to this by 1.2 and report the highest sustained.",
    };
    private readonly Option<double> duration = new("--duration") { Description = "Seconds per run.", DefaultValueFactory = _ => 15 };
    private readonly Option<int> qos = new("--qos") { DefaultValueFactory = _ => 1 };
    private readonly Option<PayloadShape> shape = new("--shape") { DefaultValueFactory = _ => PayloadShape.Workload1 };
    private readonly Option<int> spikeEvery = new("--spike-every") { Description = "0: no spikes.", DefaultValueFactory = _ => 997 };
    private readonly Option<string> alerts = new("--alerts")
    {
        Description = "Topic filter of alerts; none: do not listen.",
        DefaultValueFactory = _ => "millwright/alerts/#",
    };
    private readonly Option<int> inFlight = new("--in-flight") { Description = "Per connection.", DefaultValueFactory = _ => 8_000 };
    private readonly Option<int> pid = new("--pid") { Description = "Process under test, for its CPU and memory." };
    private readonly Option<FileInfo?> json = new("--json") { Description = "Write the results to this file." };
    private readonly TextWriter output;
    private readonly TimeProvider time;

    private LoadCommand(TextWriter output, TimeProvider time)
    {
        this.output = output;
        this.time = time;
    }

    public static async Task<int> RunAsync(string[] args, TextWriter output, TimeProvider time)
    {
        var handler = new LoadCommand(output, time);
        var root = new RootCommand("Loads an MQTT address by plan and measures from planned publish to alert.")
        {
            handler.broker, handler.assets, handler.connections, handler.rate, handler.max, handler.search, handler.duration, handler.qos,
            handler.shape, handler.spikeEvery, handler.alerts, handler.inFlight, handler.pid, handler.json,
        };
        handler.qos.AcceptOnlyFromAmong("0", "1");
        root.SetAction(handler.MeasureAsync);
        ParseResult parsed = root.Parse(args);
        int code = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? 2 : code;
    }

    private async Task<int> MeasureAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!TryOptions(parsed, out LoadOptions options))
        {
            return 2;
        }

        try
        {
            var results = new List<LoadResult>();
            LoadResult? best;
            if (parsed.GetValue(search) is > 0 and var to)
            {
                (best, IReadOnlyList<LoadResult> all) = await new RateSearch(
                    r => MeasureOnceAsync(options with { Rate = r }, cancellationToken))
                    .RunAsync(parsed.GetValue(rate), to, 1.2);
                results.AddRange(all);
            }
            else
            {
                results.Add(await MeasureOnceAsync(options, cancellationToken));
                best = results[0].IsSustained ? results[0] : null;
            }

            Write(parsed, options, best, results);
            return best is null ? 3 : 0;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            output.WriteLine($"{options.Host}:{options.Port} cannot be loaded: {e.Message}");
            return 1;
        }
    }

    private async Task<LoadResult> MeasureOnceAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        LoadResult result = await new LoadRun(options, time).RunAsync(cancellationToken);
        LatencySummary latency = result.AlertLatency;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(result.IsSustained ? "sustained " : "not       ")} offered {options.Rate ?? 0,9:F0}/s"
            + $"  got {result.SamplesPerSecond,9:F0} samples/s"
            + $"  p50 {latency.P50,8:F2} p99 {latency.P99,8:F2} ms  spikes {result.Spikes} missing {result.AlertsMissing}"
            + $" double {result.AlertsDoubled} unexpected {result.AlertsUnexpected}"
            + $"  cpu own {result.GeneratorCpuMicroseconds} system {result.SystemCpuMicroseconds} us {result.Fault}"));
        return result;
    }

    private bool TryOptions(ParseResult parsed, out LoadOptions options)
    {
        string[] address = parsed.GetValue(broker)!.Split(':');
        options = new LoadOptions { Host = "", Port = 0 };
        if (address.Length != 2 || !int.TryParse(address[1], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || parsed.GetValue(assets) < parsed.GetValue(connections) || parsed.GetValue(connections) < 1
            || parsed.GetValue(inFlight) is < 1 or > 60_000 || !(parsed.GetValue(rate) > 0))
        {
            output.WriteLine("--broker is host:port, --assets at least --connections, --in-flight 1 to 60000, --rate above 0.");
            return false;
        }

        string filter = parsed.GetValue(alerts)!;
        options = new LoadOptions
        {
            Host = address[0],
            Port = port,
            Assets = parsed.GetValue(assets),
            Connections = parsed.GetValue(connections),
            Rate = parsed.GetValue(max) ? null : parsed.GetValue(rate),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
            Qos = parsed.GetValue(qos),
            Shape = parsed.GetValue(shape),
            SpikeEvery = parsed.GetValue(spikeEvery),
            AlertTopic = filter == "none" ? "" : filter,
            InFlight = parsed.GetValue(inFlight),
            Pid = parsed.GetValue(pid),
        };
        return true;
    }

    private void Write(ParseResult parsed, LoadOptions options, LoadResult? best, IReadOnlyList<LoadResult> results)
    {
        if (parsed.GetValue(json) is { } file)
        {
            var report = new
            {
                at = time.GetUtcNow(),
                cores = Environment.ProcessorCount,
                system = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
                options,
                sustainedSamplesPerSecond = best?.SamplesPerSecond,
                best,
                runs = results,
            };
            file.Directory?.Create();
            File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Json));
        }
    }
}
