using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Millwright.Browser.Tests;

/// <summary>The silo as it is shipped: its own process, ports that the system chose, a data directory that goes with it.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(45);

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("millwright-browser-");
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<int> http = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> mqtt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;

    private SiloProcess()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string plant = Path.Combine(AppContext.BaseDirectory, "plant");
        string[] arguments = [Repository.BuiltSilo, "--http", "0", "--mqtt", "0", "--data", data.FullName, "--plant", plant];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => Fail();
    }

    public Uri Address { get; private set; } = new("http://localhost");

    public int MqttPort { get; private set; }

    public static async Task<SiloProcess> StartAsync()
    {
        var silo = new SiloProcess();
        silo.process.Start();
        silo.process.BeginOutputReadLine();
        silo.process.BeginErrorReadLine();
        try
        {
            silo.MqttPort = await silo.mqtt.Task.WaitAsync(StartLimit);
            silo.Address = new Uri($"http://localhost:{await silo.http.Task.WaitAsync(StartLimit)}");
            return silo;
        }
        catch (TimeoutException)
        {
            string said = silo.Said();
            await silo.DisposeAsync();
            throw new InvalidOperationException($"The silo did not open its ports within {StartLimit.TotalSeconds} s. It said:\n{said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        data.Delete(recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        Match found = Listening().Match(line);
        if (found.Success)
        {
            int port = int.Parse(found.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
            (found.Groups["mqtt"].Success ? mqtt : http).TrySetResult(port);
        }
    }

    private void Fail()
    {
        var ended = new InvalidOperationException($"The silo ended before it was ready. It said:\n{Said()}");
        mqtt.TrySetException(ended);
        http.TrySetException(ended);
    }

    private string Said()
    {
        lock (output)
        {
            return output.ToString();
        }
    }

    [GeneratedRegex(@"((?<mqtt>MQTT listens on )|Now listening on: http://)\S*:(?<port>\d+)")]
    private static partial Regex Listening();
}
