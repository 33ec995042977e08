using System.Diagnostics;

namespace Millwright.Spine.Tests.Stage;

/// <summary>Other people's broker and clients, as processes.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly string folder;

    private Mosquitto(Process process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a broker and returns when it listens. <paramref name="more"/> is added to its configuration.</summary>
    public static async Task<Mosquitto> StartAsync(string more = "")
    {
        int port = Ports.Take();
        string folder = Directory.CreateTempSubdirectory("millwright-mosquitto").FullName;
        string config = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(config, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n{more}\n");
        Process process = Start("mosquitto", "mosquitto", ["-v", "-c", config]);
        using var bound = new CancellationTokenSource(Bound);
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(bound.Token);
            Assert.True(line is not null, "mosquitto ended instead of listening");
        }
        while (!line!.Contains(" running", StringComparison.Ordinal));

        // Read on, or mosquitto blocks when the pipe is full.
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        return new Mosquitto(process, folder, port);
    }

    public static async Task PublishAsync(int port, string version, int qos, string topic, string payload)
    {
        string[] arguments = ["-h", "127.0.0.1", "-p", $"{port}", "-V", version, "-q", $"{qos}", "-t", topic, "-m", payload];
        using Process process = Start("mosquitto_pub", "mosquitto-clients", arguments);
        using var bound = new CancellationTokenSource(Bound);
        Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        Assert.True(process.ExitCode == 0, $"mosquitto_pub ended with {process.ExitCode}: {await errors}");
    }

    /// <summary>Line by line (coreutils' stdbuf): into a pipe, mosquitto_sub keeps the SUBACK for itself until the first message.</summary>
    public static MosquittoSubscriber Subscribe(int port, string filter, string version = "mqttv5") => new(Start(
        "stdbuf",
        "coreutils",
        ["-oL", Find("mosquitto_sub", "mosquitto-clients"), "-h", "127.0.0.1", "-p", $"{port}", "-V", version,
            "-q", "1", "-t", filter, "-v", "-d"]));

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static Process Start(string program, string package, string[] arguments) => Process.Start(
        new ProcessStartInfo(Find(program, package), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    private static string Find(string program, string package)
    {
        string? path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
            .Split(':').Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed; it is in the Debian package {package}.");
        return path!;
    }
}
