using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Alerts;
using Millwright.Plant;
using Millwright.Silo.Announcing;
using Millwright.Silo.Announcing.Webhooks;
using Millwright.Silo.Api;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage;
using Millwright.Silo.Tests.Storage;

namespace Millwright.Silo.Tests.Announcing;

/// <summary>A real alert store with followers over it; they can be ended like a crash ends them, and started again.</summary>
internal sealed class FollowerBench : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);

    private readonly SqliteBench bench = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<(Task Running, CancellationTokenSource Stop)> running = [];
    private readonly List<WebhookReceiver> receivers = [];
    private int next;

    public FollowerBench()
    {
        Alerts = new SqliteAlertStore(bench.Database);
        Cursors = new SqlAnnouncementStore(bench.Database);
        Instruments = new AnnouncementInstruments(services.GetRequiredService<IMeterFactory>());
    }

    public static FollowerBench Create() => new();

    public SqliteAlertStore Alerts { get; }

    public SqlAnnouncementStore Cursors { get; }

    public ChangeSignal Signal { get; } = new();

    public AnnouncementInstruments Instruments { get; }

    public AnnouncementOptions Options { get; } = new()
    {
        RetryPause = TimeSpan.FromMilliseconds(10),
        MaxRetryPause = TimeSpan.FromMilliseconds(40),
        MaxTries = 3,
    };

    /// <summary>Records alerts as the incident grain does: stored, then told.</summary>
    public async Task<string[]> RaiseAsync(int count, Audiences audiences = Audiences.Maintenance)
    {
        var ids = new List<string>();
        for (int i = 0; i < count; i++)
        {
            AlertEvent alert = Alert(next++, audiences);
            await Alerts.AppendAsync(alert, default);
            ids.Add(alert.Id);
        }

        Signal.Pulse();
        return [.. ids];
    }

    public WebhookReceiver Webhook(Uri url, Action<WebhookOptions>? configure = null)
    {
        var options = new WebhookOptions { Url = url.ToString(), Timeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(options);
        var receiver = new WebhookReceiver(options, new AlertRenderer(PlantModel.Empty), TimeProvider.System);
        receivers.Add(receiver);
        return receiver;
    }

    public async Task<(AlertFollower Follower, int Number)> FollowAsync(IAlertReceiver receiver, IAnnouncementStore? cursors = null)
    {
        var parts = new FollowerParts(Alerts, cursors ?? Cursors, Signal, Instruments, TimeProvider.System);
        var follower = new AlertFollower(receiver, parts, Options, NullLogger.Instance);
        await follower.BeginAsync(default);
        var stop = new CancellationTokenSource();
        running.Add((follower.RunAsync(stop.Token), stop));
        return (follower, running.Count - 1);
    }

    /// <summary>Changes a stored alert behind the store's back.</summary>
    public void Damage(string alertId) => bench.Tamper($"UPDATE alert SET incident = 'other' WHERE id = '{alertId}'");

    public async Task StopAsync(int number)
    {
        (Task task, CancellationTokenSource stop) = running[number];
        await stop.CancelAsync();
        await task;
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < running.Count; i++)
        {
            await StopAsync(i);
            running[i].Stop.Dispose();
        }

        receivers.ForEach(r => r.Dispose());
        await services.DisposeAsync();
        bench.Dispose();
    }

    public static AlertEvent Alert(int i, Audiences audiences) => new()
    {
        Id = $"id-{i}",
        AlertId = $"id-{i}",
        Kind = AlertKind.Raised,
        AssetId = $"acme:a-{i % 3}",
        AlertName = "BearingWear",
        Subject = "vibration",
        EventTime = Start.AddSeconds(i),
        RecordedTime = Start.AddSeconds(i + 1),
        Sequence = i,
        Severity = 500,
        Audiences = audiences,
        Category = AlertCategory.Machine,
        IncidentId = $"i-{i}",
        Summary = "Bearing wears",
        Explanation = new AlertExplanation
        {
            DetectorId = "d",
            DetectorKind = "robust-z",
            DetectorVersion = "1",
            Score = 6,
            Threshold = 3,
            WindowStart = Start,
            WindowEnd = Start.AddMinutes(1),
            Completeness = 1,
            Contributions = ImmutableArray<Contribution>.Empty,
            Counterfactual = "vibration <= 4.2",
            OperatingState = "running",
        },
    };

    /// <summary>Cursors that pass everything on.</summary>
    internal abstract class Cursor(IAnnouncementStore inner) : IAnnouncementStore
    {
        public ValueTask<long> BeginAsync(string receiver, CancellationToken cancellationToken) => inner.BeginAsync(receiver, cancellationToken);

        public virtual ValueTask MoveAsync(string receiver, long ordinal, CancellationToken cancellationToken) =>
            inner.MoveAsync(receiver, ordinal, cancellationToken);

        public ValueTask<long> CountAfterAsync(long ordinal, CancellationToken cancellationToken) =>
            inner.CountAfterAsync(ordinal, cancellationToken);

        public virtual ValueTask SyncAsync(CancellationToken cancellationToken) => inner.SyncAsync(cancellationToken);

        public ValueTask RefuseAsync(RefusedAlert alert, CancellationToken cancellationToken) => inner.RefuseAsync(alert, cancellationToken);

        public ValueTask<ImmutableArray<RefusedAlert>> RefusedAsync(string receiver, CancellationToken cancellationToken) =>
            inner.RefusedAsync(receiver, cancellationToken);
    }

    /// <summary>Cursors that are never written: what a crash before the write leaves.</summary>
    internal sealed class Forgetful(IAnnouncementStore inner) : Cursor(inner)
    {
        public override ValueTask MoveAsync(string receiver, long ordinal, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    /// <summary>A store whose first sync takes until it is let go.</summary>
    internal sealed class Syncing(IAnnouncementStore inner, Func<int> told) : Cursor(inner)
    {
        private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => asked.Task.WaitAsync(Bound);

        /// <summary>Calls that the receiver had got when the first sync was done.</summary>
        public int ToldBefore { get; private set; } = -1;

        public void Release() => released.TrySetResult();

        public override async ValueTask SyncAsync(CancellationToken cancellationToken)
        {
            asked.TrySetResult();
            await released.Task.WaitAsync(cancellationToken);
            await base.SyncAsync(cancellationToken);
            ToldBefore = ToldBefore < 0 ? told() : ToldBefore;
        }
    }
}
