using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Millwright.Spine.Tests.Faults;

namespace Millwright.Spine.Tests.Stage;

/// <summary>The real silo, as an operator starts it: its own process, ports and data directory. It can be killed and restarted.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    /// <summary>A failure bound: a start takes one or two seconds, and CI has two cores for many.</summary>
    public static readonly TimeSpan StartBound = TimeSpan.FromSeconds(60);

    private static readonly string Program = FindProgram();

    private readonly string[] arguments;
    private readonly string folder;
    private readonly FaultDisk? disk;
    private readonly StringBuilder log = new();
    private Process? process;

    private SiloProcess(string[] arguments, FaultDisk? disk)
    {
        this.arguments = arguments;
        this.disk = disk;
        folder = Directory.CreateTempSubdirectory("millwright-spine").FullName;
        HttpPort = Ports.Take();
        MqttPort = Ports.Take();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public int HttpPort { get; }

    public int MqttPort { get; }

    public HttpClient Http { get; }

    public string DataDirectory => disk?.DataDirectory ?? Path.Combine(folder, "data");

    public bool IsUp => process is { HasExited: false };

    /// <summary>From the start of the process to ready.</summary>
    public TimeSpan StartTook { get; private set; }

    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>Starts with a new data directory and returns when it is ready. Without a plant the model is empty.</summary>
    public static Task<SiloProcess> StartAsync(string? plant, params string[] more) => StartOnAsync(null, plant, more);

    /// <summary>On a disk that can fail.</summary>
    public static async Task<SiloProcess> StartOnAsync(FaultDisk? disk, string? plant, params string[] more)
    {
        var silo = new SiloProcess(more.Contains("--demo") || plant is null ? more : ["--plant", plant, .. more], disk);
        try
        {
            await silo.StartAsync();
            return silo;
        }
        catch
        {
            // The caller gets no silo to dispose.
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts on a data directory that <paramref name="prepare"/> makes.</summary>
    public static async Task<SiloProcess> StartOnAsync(string plant, Func<string, Task> prepare)
    {
        var silo = new SiloProcess(["--plant", plant], null);
        try
        {
            await prepare(silo.DataDirectory);
            await silo.StartAsync();
            return silo;
        }
        catch
        {
            // The caller gets no silo to dispose.
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a silo that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(params string[] arguments)
    {
        using var process = Process.Start(Start([Program, .. arguments], Path.GetTempPath()))!;
        using var bound = new CancellationTokenSource(StartBound);
        Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
        _ = process.StandardOutput.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, await errors);
    }

    public async Task StartAsync()
    {
        long begin = TimeProvider.System.GetTimestamp();
        string[] all =
        [
            Program, .. arguments, "--data", DataDirectory, "--http", Text(HttpPort), "--mqtt", Text(MqttPort),
        ];
        ProcessStartInfo start = Start(all, folder);
        disk?.SetEnvironment(start);
        process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.HoldsAsync(IsReadyAsync, StartBound, "the silo is ready", () => Log);
        StartTook = TimeProvider.System.GetElapsedTime(begin);
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the graceful end.</summary>
    public async Task<int> StopAsync()
    {
        // .NET sends only SIGKILL; the shell's built-in sends any, and a shell is always there.
        using var term = Process.Start("sh", ["-c", $"kill -TERM {process!.Id}"])!;
        await term.WaitForExitAsync();
        using var bound = new CancellationTokenSource(StartBound);
        await process.WaitForExitAsync(bound.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsUp)
        {
            await KillAsync();
        }

        process?.Dispose();
        Http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static ProcessStartInfo Start(string[] arguments, string folder) => new("dotnet", arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder,
    };

    /// <summary>Built with the same configuration as this test, because the project file says so.</summary>
    private static string FindProgram()
    {
        string configuration = typeof(SiloProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string path = Path.Combine(Repository.Root, "src", "Silo", "bin", configuration, framework, "Millwright.Silo.dll");
        return File.Exists(path) ? path : throw new InvalidOperationException($"The silo is not built: {path}.");
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.True(IsUp, $"The silo ended while it was starting.\n{Log}");
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (log)
        {
            log.AppendLine(line.Data);
        }
    }
}
