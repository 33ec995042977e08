using System.Diagnostics;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Plant;

namespace Millwright.Cli.Drill.Target;

/// <summary>
/// A deployment that runs already. The canary's assets are unmodelled there, in a namespace of this run, so they get the default
/// detectors and meet no state of an earlier drill. It is killed by a command, or only checked.
/// </summary>
internal sealed class Deployment(Uri url, MqttClientOptions broker, string @namespace, string? restartCommand) : IDrillTarget
{
    private static readonly TimeSpan CommandBound = TimeSpan.FromMinutes(2);

    public HttpClient Http { get; } = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };

    public MqttClientOptions Broker => broker;

    public string Namespace => @namespace;

    public PlantModel Model => PlantModel.Empty;

    public bool CanKill => restartCommand is not null;

    public string? Ended => null;

    public int Crashes => 0;

    public Task WaitForEndAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The command does both, e.g. <c>docker kill silo; docker start silo</c>.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        using Process command = Process.Start(new ProcessStartInfo("sh", ["-c", restartCommand!]))!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(CommandBound);
        await command.WaitForExitAsync(bound.Token);
        if (command.ExitCode != 0)
        {
            throw new DrillException($"The restart command ended with code {command.ExitCode}.");
        }
    }

    public Task RestartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void KeepData(TextWriter error)
    {
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return ValueTask.CompletedTask;
    }
}
