using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary><c>millwright replay --verify</c> against the real silo: while it runs, and on its data when it is stopped.</summary>
public sealed class VerifyTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    [RecordingFact]
    public async Task Replay_SaysWhatTheLiveRunSaid_AndAnotherPlantDoesNot()
    {
        await using ReplayedSilo replayed = await ReplayedSilo.StartAsync("skab", 900, "valve1-0");
        string plant = Repository.PlantOf("skab");
        string address = $"http://127.0.0.1:{replayed.Silo.HttpPort}";
        JsonElement live = await replayed.Silo.GetAsync("/api/v1/digest");

        (int code, JsonElement running) = await VerifyAsync("--url", address, "--plant", plant);
        Assert.True(code == 0, running.ToString());
        Assert.Equal(live.GetProperty("sha256").GetString(), running.GetProperty("sha256").GetString());
        Assert.True(running.GetProperty("windows").GetInt64() > 500, running.ToString());

        // Not what ran: its thresholds, and so its alerts, are others.
        (int other, JsonElement differing) = await VerifyAsync("--url", address, "--plant", "no-such-plant");
        Assert.Equal(6, other);
        Assert.Equal("skab:valve1-0", differing.GetProperty("mismatches")[0].GetProperty("assetId").GetString());

        Assert.Equal(0, await replayed.Silo.StopAsync());
        (code, JsonElement stopped) = await VerifyAsync("--data-dir", replayed.Silo.DataDirectory, "--plant", plant);
        Assert.True(code == 0, stopped.ToString());
        Assert.Equal(running.GetProperty("sha256").GetString(), stopped.GetProperty("sha256").GetString());
    }

    private async Task<(int Code, JsonElement Result)> VerifyAsync(params string[] arguments)
    {
        string configuration = typeof(VerifyTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string tool = Path.Combine(Repository.Root, "src", "Cli", "bin", configuration, framework, "millwright.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [tool, "replay", "--verify", "--json", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var bound = new CancellationTokenSource(Bound);
        Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
        string text = await process.StandardOutput.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        output.WriteLine(text);
        Assert.True(text.Length > 0, await errors);
        return (process.ExitCode, JsonSerializer.Deserialize<JsonElement>(text));
    }
}
