using System.Diagnostics;
using System.Globalization;
using Millwright.Core.Detection;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Plant;

namespace Millwright.Cli.Drill.Target;

/// <summary>A silo process of the drill's own: the program beside the tool with its defaults, own ports, own data directory.</summary>
internal sealed class OwnSilo : IDrillTarget
{
    private const string Program = "Millwright.Silo.dll";
    private const string SessionLeader = "/usr/bin/setsid";
    private const int MaxLines = 200;

    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(30);

    // The environment may move the range, e.g. for several drills on one machine.
    private static readonly FreePorts Ports =
        int.TryParse(Environment.GetEnvironmentVariable("MILLWRIGHT_DRILL_PORTS"), out int first) ? new(first, 100) : new(22_000, 2_000);

    private readonly string folder;
    private readonly bool isOwnFolder;
    private readonly int httpPort;
    private readonly int mqttPort;
    private readonly string[] more;
    private readonly Queue<string> lines = new();
    private Process? process;
    private bool isKept;

    /// <param name="dataDirectory">Where the drill makes its own directory; null: among the system's temporary files.</param>
    /// <param name="more">Further arguments of the silo.</param>
    public OwnSilo(string? dataDirectory, string[] more)
    {
        folder = dataDirectory is null
            ? Directory.CreateTempSubdirectory("millwright-drill-").FullName
            : Directory.CreateDirectory(dataDirectory).FullName;
        isOwnFolder = dataDirectory is null;
        (httpPort, mqttPort) = (TakePort(), TakePort());
        this.more = more;
        Directory.CreateDirectory(PlantFolder);
        File.WriteAllText(Path.Combine(PlantFolder, "canary.yaml"), CanaryPlant.Yaml);
        PlantLoadResult loaded = new PlantLoader(DetectorParameters.Validate).Load(PlantFolder);
        Model = loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Faults));
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(httpPort)}"), Timeout = TimeSpan.FromSeconds(30) };
        Broker = new MqttClientOptions { Host = "127.0.0.1", Port = mqttPort, ClientId = "millwright-drill" };
    }

    public HttpClient Http { get; }

    public MqttClientOptions Broker { get; }

    public string Namespace => CanaryPlant.Namespace;

    public PlantModel Model { get; }

    public bool CanKill => true;

    public string? Ended => process is { HasExited: true } ? $"The silo ended by itself with code {process.ExitCode}.\n{Tail()}" : null;

    public int Crashes { get; private set; }

    private static int TakePort() => Ports.TryTake() ?? throw new DrillException("No port of the drill's range is free.");

    private string PlantFolder => Path.Combine(folder, "plant");

    public Task StartAsync(CancellationToken cancellationToken) => RestartAsync(cancellationToken);

    public Task WaitForEndAsync(CancellationToken cancellationToken) => process!.WaitForExitAsync(cancellationToken);

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        bool isCrash = process!.HasExited;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        if (isCrash)
        {
            // The next life goes on in the same data; this is what the last one said.
            Crashes++;
            await File.WriteAllTextAsync(Path.Combine(folder, $"crash-{Crashes}.log"), Ended, CancellationToken.None);
        }

        process.Dispose();
        process = null;
    }

    public Task RestartAsync(CancellationToken cancellationToken)
    {
        string program = Path.Combine(AppContext.BaseDirectory, Program);
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] arguments =
        [
            program, "--plant", PlantFolder, "--data", Path.Combine(folder, "data"), "--http", Text(httpPort), "--mqtt", Text(mqttPort),
            .. more,
        ];

        // A session of its own, where that can be had: Ctrl-C on the terminal is for the drill, which stops the silo when it has checked.
        bool isLeader = File.Exists(SessionLeader);
        var start = new ProcessStartInfo(isLeader ? SessionLeader : host, isLeader ? [host, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return Task.CompletedTask;
    }

    public void KeepData(TextWriter error)
    {
        isKept = true;
        error.WriteLine($"The silo's data is kept in {folder}");
        error.WriteLine(Tail());
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            using var bound = new CancellationTokenSource(StopBound);
            await process.WaitForExitAsync(bound.Token);
            process.Dispose();
        }

        Http.Dispose();
        if (isOwnFolder && !isKept)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (lines)
        {
            lines.Enqueue(line.Data ?? "");
            if (lines.Count > MaxLines)
            {
                lines.Dequeue();
            }
        }
    }

    private string Tail()
    {
        lock (lines)
        {
            return string.Join('\n', lines);
        }
    }
}
