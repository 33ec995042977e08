using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Other people's broker and clients, as processes.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
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
    public static async Task<Mosquitto> StartAsync(string more = "", int port = 0)
    {
        port = port == 0 ? FreePort() : port;
        string folder = Directory.CreateTempSubdirectory("millwright-mosquitto").FullName;
        string config = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(config, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n{more}\n");
        Process process = Start("mosquitto", "mosquitto", ["-v", "-c", config]);
        using var bound = new CancellationTokenSource(RawClient.Bound);
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
        using Process process = Start(
            "mosquitto_pub",
            "mosquitto-clients",
            ["-h", "127.0.0.1", "-p", $"{port}", "-V", version, "-q", $"{qos}", "-t", topic, "-m", payload]);
        await FinishAsync(process);
    }

    /// <summary>Subscribes, waits for one message and returns "topic payload".</summary>
    public static async Task<string> ReceiveOneAsync(int port, string version, int qos, string filter)
    {
        using Process process = Start(
            "mosquitto_sub",
            "mosquitto-clients",
            ["-h", "127.0.0.1", "-p", $"{port}", "-V", version, "-q", $"{qos}", "-t", filter, "-C", "1", "-v", "-W", "15"]);
        return (await FinishAsync(process)).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> FinishAsync(Process process)
    {
        using var bound = new CancellationTokenSource(RawClient.Bound);
        Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
        string output = await process.StandardOutput.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName} ended with {process.ExitCode}: {await errors}");
        return output;
    }

    private static Process Start(string program, string package, string[] arguments)
    {
        string? path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
            .Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed; it is in the Debian package {package}.");
        return Process.Start(new ProcessStartInfo(path!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
