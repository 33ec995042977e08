using Millwright.Ingest.Mqtt.Client;
using Millwright.Plant;

namespace Millwright.Cli.Drill.Target;

/// <summary>The silo under the drill: our own process, or a deployment that runs already.</summary>
internal interface IDrillTarget : IAsyncDisposable
{
    /// <summary>Without credentials in it.</summary>
    HttpClient Http { get; }

    MqttClientOptions Broker { get; }

    /// <summary>Of the canary's assets.</summary>
    string Namespace { get; }

    /// <summary>The model by which the target computes the canary's alerts.</summary>
    PlantModel Model { get; }

    bool CanKill { get; }

    /// <summary>Null while the silo runs, as far as can be seen from here; else why it does not.</summary>
    string? Ended { get; }

    /// <summary>How often it was found to have ended though nobody had killed it.</summary>
    int Crashes { get; }

    /// <summary>Completes when the silo has ended by itself, as far as can be seen from here.</summary>
    Task WaitForEndAsync(CancellationToken cancellationToken);

    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Kills the silo without warning. Returns when it is dead. One that was dead already is a crash.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Starts it again; does not wait until it is ready.</summary>
    Task RestartAsync(CancellationToken cancellationToken);

    /// <summary>The data of a drill that failed is kept, and this says where.</summary>
    void KeepData(TextWriter error);
}
