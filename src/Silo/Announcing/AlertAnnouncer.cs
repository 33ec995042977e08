using Microsoft.Extensions.Options;

namespace Millwright.Silo.Announcing;

/// <summary>Runs one follower per receiver of alerts; each goes at its own pace.</summary>
public sealed partial class AlertAnnouncer(
    IEnumerable<IAlertReceiver> receivers,
    FollowerParts parts,
    IOptions<AnnouncementOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<AlertAnnouncer> logger) : BackgroundService
{
    private readonly List<AlertFollower> followers = [];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (IAlertReceiver receiver in receivers)
        {
            var follower = new AlertFollower(receiver, parts, options.Value, logger);

            // Before ingest begins: the first alert of a new plant is told, not taken for history.
            await follower.BeginAsync(cancellationToken);
            followers.Add(follower);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Sessions of the MQTT endpoint are loaded when it has started; an alert published before would miss them.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration ready = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using CancellationTokenRegistration stopping = stoppingToken.Register(() => started.TrySetResult());
        await started.Task;
        await Task.WhenAll(followers.Select(f => GuardAsync(f, stoppingToken)));
    }

    private async Task GuardAsync(AlertFollower follower, CancellationToken stoppingToken)
    {
        try
        {
            await follower.RunAsync(stoppingToken);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A bug of ours in one receiver must not take the others along; health shows that it stands.
            follower.Stopped(fault.Message);
            LogFollowerStopped(fault);
        }
    }

    [LoggerMessage(3113, LogLevel.Critical, "A receiver of alerts is no longer told; restart the silo")]
    private partial void LogFollowerStopped(Exception fault);
}
